"""`mystira adopt`: what it says, what it writes, and what it refuses before it writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.facts.types import RESOURCE_TYPES
from mystira import adopt
from offline.engine.home import Home
from offline.world.store import World
from stacks.adopt.reasons import Reason
from stacks.plan.model import StackPlan
from tests.adopt.estate import BUS, CANARY, NETWORK, RESOURCES, STATE, SUBSCRIPTION, group, id_of, resource
from tests.harness.build import recording
from tests.harness.settings import edit
from tests.mystira.conftest import Run

SETTINGS = "Pulumi.dev.yaml"


@pytest.fixture(autouse=True)
def recorded_once(plans: Mapping[str, StackPlan], monkeypatch: pytest.MonkeyPatch) -> None:
    """Recording takes seconds; what the settings adopt changes nothing of it."""
    monkeypatch.setattr(adopt, "recording_of", lambda plan: recording(replace(plans["dev"], stack=plan.stack)))


@pytest.fixture
def live(tmp_path: Path) -> Path:
    file = tmp_path / "live.tfstate"
    file.write_text(json.dumps(STATE))
    return file


def config(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / SETTINGS).read_text())["config"]


def test_it_writes_what_matches_and_tells_of_everything(folder: Path, live: Path, run: Run) -> None:
    before = (folder / SETTINGS).read_text()
    command = ("adopt", "dev", "--from", live, "--folder", folder)
    dry = run(*command, "--dry-run")
    assert (dry.code, (folder / SETTINGS).read_text()) == (0, before)
    done = run(*command)
    assert (done.code, done.err) == (0, "")
    assert config(folder)["mystira:adopt"]["virtual-network/core"] == NETWORK
    assert config(folder)["mystira:network"]["subnet_names"] == {"aks-nodes": "aks-subnet"}
    lines = done.out.splitlines()
    assert f"adopted: virtual-network/core: {NETWORK}" in lines
    how = "docs/runbooks/moves/left.md, Network"
    assert f"no successor: docs/parity.md, Subnets; how: {how}: {NETWORK}/subnets/chain-subnet" in lines
    assert "other stack's: shared: 1 (--json lists them)" in lines
    assert lines[-2] == (
        "dev: 27 live resources: 17 adopted, 1 kept outside, 7 no successor, 2 other stack's, 0 unknown;"
        " besides 1 data sources, 1 deposed objects, 1 objects of the state alone"
    )
    assert lines[-1] == f"17 new lines in {SETTINGS}; next: pulumi preview -s dev"
    assert dry.out.splitlines()[-1] == "nothing written, 17 lines would be new; next: pulumi preview -s dev"
    again = run(*command)
    assert again.out.splitlines()[-1].startswith("0 new lines")


def test_json_has_each_instance_once(folder: Path, live: Path, run: Run) -> None:
    found = run("adopt", "dev", "--from", live, "--folder", folder, "--json").json
    instances = sum(len(each["instances"]) for each in RESOURCES)
    assert len(found["matches"]) == len({match["id"] for match in found["matches"]}) == instances
    counts = found["summary"]
    assert counts.pop("instances") == instances == sum(counts.values())
    assert set(counts) == {str(reason) for reason in Reason}
    assert found["written"] == len(found["entries"]) + len(found["subnet_names"])
    assert found["left_out"] == {"data sources": 1, "deposed objects": 1, "objects of the state alone": 1}


@pytest.mark.parametrize("options", [(), ("--json",), ("--dry-run",)])
def test_nothing_secret_is_printed_or_written(options: tuple[str, ...], folder: Path, live: Path, run: Run) -> None:
    done = run("adopt", "dev", "--from", live, "--folder", folder, *options)
    assert CANARY in live.read_text()
    written = "".join(file.read_text() for file in folder.glob("*.yaml"))
    assert CANARY not in done.out + done.err + written


def test_what_is_refused_writes_nothing(folder: Path, tmp_path: Path, run: Run) -> None:
    before = (folder / SETTINGS).read_text()
    file = tmp_path / "ids"
    file.write_text(f"{NETWORK}\n{BUS.replace(SUBSCRIPTION, '00000000-0000-4000-8000-0000000000ff')}\n")
    done = run("adopt", "dev", "--from", file, "--folder", folder)
    assert (done.code, (folder / SETTINGS).read_text()) == (1, before)
    assert "1 resource of a subscription that no stack has" in done.out + done.err


def test_entries_by_hand_stay_and_stale_ones_are_named(folder: Path, live: Path, run: Run) -> None:
    mine = id_of("core", "Microsoft.Network/virtualNetworks/mine")
    edit(folder, "dev", {"adopt": {"virtual-network/core": mine}})
    done = run("adopt", "dev", "--from", live, "--folder", folder)
    assert done.code == 0
    assert config(folder)["mystira:adopt"]["virtual-network/core"] == mine
    assert f"mystira:adopt.virtual-network/core: {live} does not have it; it stays as it is ({mine})" in done.out
    assert f"unknown; mystira:adopt.virtual-network/core names another id: {NETWORK}" in done.out


def test_azure_is_a_source(folder: Path, run: Run) -> None:
    """The settings are fictitious: the offline cloud answers."""
    world = World(Home.default().cloud)
    rows = {group("mys-dev-core-rg-san"): "resource-group", BUS: "service-bus-namespace"}
    for id, key in {**rows, f"{BUS}/queues/app-events": "service-bus-queue"}.items():
        token = RESOURCE_TYPES[key].token
        with world.writing("create", token, id) as writer:
            writer.put(id, token, {"location": "southafricanorth"} if "/queues/" not in id else {})
    found = run("adopt", "dev", "--from", "azure", "--folder", folder, "--json").json
    assert found["entries"] == {
        "resource-group/core": group("mys-dev-core-rg-san"),
        "service-bus-namespace/core": BUS,
        "service-bus-queue/app-events": f"{BUS}/queues/app-events",
    }
    gone = id_of("core", "Microsoft.Network/virtualNetworks/gone")
    edit(folder, "dev", {"adopt": {"virtual-network/core": gone}})
    refused = run("adopt", "dev", "--from", "azure", "--folder", folder)
    assert refused.code == 1
    assert f"mystira:adopt.virtual-network/core: it is gone; seen: {gone}" in refused.out + refused.err


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A live storage account with another redundancy than the settings say."""
    account = {
        "id": id_of("core", "Microsoft.Storage/storageAccounts/mysdevcorestsan"),
        "account_tier": "Standard",
        "account_replication_type": "GRS",
        "primary_access_key": CANARY,
    }
    file = tmp_path / "stored.tfstate"
    content = {"version": 4, "resources": [resource("azurerm_storage_account", "shared", account)]}
    file.write_text(json.dumps(content))
    return file


def test_settings_that_follow_are_listed_and_changed_when_asked_for(folder: Path, stored: Path, run: Run) -> None:
    command = ("adopt", "dev", "--from", stored, "--folder", folder)
    before = config(folder)["mystira:storage"]
    listed = run(*command)
    assert "follows from what is live: mystira:storage.sku: Standard_GRS (now Standard_LRS)" in listed.out
    assert "the same with --write, which changes 1 settings" in listed.out.splitlines()[-1]
    assert config(folder)["mystira:storage"] == before
    done = run(*command, "--write")
    assert done.out.splitlines()[-1].startswith(f"0 new lines and 1 changed in {SETTINGS}; next: decide what is said")
    assert "open, a person decides: " in done.out
    assert "mystira:waivers.storage-redundancy: waives a rule that the settings keep" in done.out
    assert config(folder)["mystira:storage"] == {**before, "sku": "Standard_GRS"}


def test_json_says_what_follows_and_what_is_open(folder: Path, stored: Path, run: Run) -> None:
    found = run("adopt", "dev", "--from", stored, "--folder", folder, "--dry-run", "--json").json
    (line,) = found["lines"]
    assert (line["setting"], line["value"], line["was"]) == ("storage.sku", "Standard_GRS", "Standard_LRS")
    (open_line,) = found["open"]
    assert "mystira:waivers.storage-redundancy" in open_line


def test_nothing_is_written_and_changed_at_once(folder: Path, stored: Path, run: Run) -> None:
    before = (folder / SETTINGS).read_text()
    done = run("adopt", "dev", "--from", stored, "--folder", folder, "--dry-run", "--write")
    assert (done.code, (folder / SETTINGS).read_text()) == (1, before)
    assert "--dry-run writes nothing" in done.out + done.err
