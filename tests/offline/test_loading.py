"""What already lives comes into the offline cloud as Azure tells it, all of a file or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.types import RESOURCE_TYPES
from components.problems import InvalidInput, MystiraError
from mystira.live_azure import from_azure
from mystira.preflight.offline_cloud import offline_arm
from offline.azure.loaded import STRANGE, load
from offline.commands import cloud as command
from offline.engine.home import HOME_VARIABLE, Home
from offline.world.store import World
from stacks.adopt.outcome import Stacks
from tests.harness.settings import plan

PLAN = plan("dev")
SUBSCRIPTION = f"/subscriptions/{PLAN.subscription_id}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/mys-dev-core-rg-san"
REDIS = f"{GROUP}/providers/Microsoft.Cache/redis/mys-dev-core-cache"
POSTGRESQL = f"{GROUP}/providers/Microsoft.DBforPostgreSQL/flexibleServers/mys-dev-core-db"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/mys-dev-core-vnet-san"
RECORD = f"{GROUP}/providers/Microsoft.Network/dnsZones/mystira.app/CNAME/dev.api"
SUBNET = {"name": "aks-subnet", "id": f"{NETWORK}/subnets/aks-subnet", "addressPrefix": "10.0.8.0/22"}
PLACE = {"location": "South Africa North"}
LIVE: Mapping[str, Mapping[str, object]] = {
    GROUP: PLACE,
    REDIS: PLACE,
    POSTGRESQL: {**PLACE, "version": "15", "replica": {"role": "Primary", "capacity": 5}},
    f"{POSTGRESQL}/databases/publisher": {"charset": "utf8"},
    NETWORK: {**PLACE, "subnets": [SUBNET]},
    RECORD: {"name": "dev.api", "ttl": 300},
}


def lines(live: Mapping[str, Mapping[str, object]] = LIVE) -> str:
    return "\n".join(json.dumps({"id": id, "properties": body}) for id, body in live.items())


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return World(Home.default().cloud)


def test_everything_stays_as_azure_tells_it(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "live.jsonl"
    file.write_text(f"\ufeff{lines()}\n\n", encoding="utf-8")
    assert command.main(["load", str(file)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    strange = "Microsoft.Cache/redis, Microsoft.DBforPostgreSQL/flexibleServers/databases"
    assert told == f"6 resources loaded; types that this program never makes: {strange}"
    found = {each.id: each for each in world.all()}
    assert {id: dict(body) for id, body in LIVE.items()} == {
        id: {name: value for name, value in found[id].body.items() if name in body} for id, body in LIVE.items()
    }
    assert found[POSTGRESQL].token == RESOURCE_TYPES["postgresql-server"].token
    assert found[POSTGRESQL].body["serverName"] == "mys-dev-core-db"
    assert found[RECORD].token == RESOURCE_TYPES["dns-record-set"].token
    assert found[REDIS].token == f"{STRANGE}Microsoft.Cache/redis"


def test_azure_tells_of_all_that_was_loaded(world: World) -> None:
    load(world, "live.jsonl", lines())
    arm = offline_arm(world, PLAN.tenant_id, PLAN.subscription_id)
    told = {each.id for each in from_azure(PLAN, Stacks("dev", PLAN.subscription_id), arm).live}
    # A record is listed below its zone, which is not in this file.
    assert told == {*LIVE, SUBNET["id"]} - {RECORD}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds nothing"),
        (f"{lines()}\n{{", "live.jsonl:7: not JSON"),
        ('{"properties": {}}', "live.jsonl:1: not the id of a resource; seen: None"),
        ('["/subscriptions/x"]', "not the id of a resource"),
        ('{"id": "/applications/x", "properties": {}}', "not the id of a resource"),
        (json.dumps({"id": GROUP}), "no properties"),
        (f"{lines()}\n{lines({GROUP.upper(): PLACE})}", "live.jsonl:7: the same id as in line 1"),
    ],
)
def test_a_wrong_line_is_refused_and_nothing_is_loaded(world: World, text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        load(world, "live.jsonl", text)
    assert world.all() == []


def test_what_is_there_is_never_written_over(world: World, tmp_path: Path) -> None:
    load(world, "live.jsonl", lines({GROUP: PLACE}))
    with pytest.raises(InvalidInput, match=r"live\.jsonl:1: the offline cloud has it already"):
        load(world, "live.jsonl", lines({GROUP.lower(): {}, REDIS: {}}))
    assert [each.body["location"] for each in world.all()] == ["South Africa North"]
    for file in (tmp_path / "none.jsonl", tmp_path / "binary.jsonl"):
        (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(MystiraError, match="cannot be read"):
            command.main(["load", str(file)])
