"""`mystira smoke` and `mystira backup`: what comes after an update, and what comes before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from components.dns.spec import RecordSetSpec
from components.problems import MystiraError
from mystira import backup, smoke
from mystira.backup import back_up, server_of
from mystira.smoke import ask_all, sites_of, targets
from stacks.parts.hosts.plan import HOSTS
from stacks.parts.records import Record, RecordSet
from stacks.plan.model import StackPlan
from tests.harness.preflight import answering
from tests.harness.pulumi import fake_pulumi
from tests.harness.settings import SETTINGS
from tests.mystira.conftest import Run


def with_record(shared: StackPlan, name: str) -> StackPlan:
    record = RecordSet(RecordSetSpec(name, "CNAME", 300), (Record(name, "CNAME", 300, "edge.example"),))
    return replace(shared, records=(*shared.records, record))


@pytest.mark.requirement("S1-060")
def test_hosts_with_a_record_and_static_sites_are_asked(plans: Mapping[str, StackPlan]) -> None:
    asked, left_out = targets(plans["dev"], plans["shared"], {"static site of docs": "x.azurestaticapps.net"})
    assert asked == [("static site of docs", "https://x.azurestaticapps.net/")]
    public = [each for each in plans["dev"].of(HOSTS) if each.name]
    assert left_out == [each.name for each in public]
    asked, left_out = targets(plans["dev"], with_record(plans["shared"], public[0].record), {})
    assert asked == [(public[0].name, public[0].monitor_url)]
    assert public[0].name not in left_out


def test_each_is_asked_until_it_answers() -> None:
    waits: list[float] = []
    with respx.mock:
        respx.get("https://slow.example/").side_effect = [
            httpx.ConnectError("no route"),
            httpx.Response(503),
            httpx.Response(302),
        ]
        respx.get("https://good.example/").respond(200)
        asked = [("slow", "https://slow.example/"), ("good", "https://good.example/")]
        found = {each.name: each for each in ask_all(asked, 3, waits.append)}
    assert found["good"].good
    assert (found["slow"].good, found["slow"].seen) == (True, "HTTP 302")
    assert len(waits) == 2


@pytest.mark.parametrize(
    ("answer", "seen"), [(httpx.Response(500), "HTTP 500"), (httpx.ConnectError("no route"), "ConnectError: no route")]
)
def test_what_never_answers_is_said(answer: Any, seen: str) -> None:
    with respx.mock:
        respx.get("https://x.example/").side_effect = [answer] * 2
        (found,) = ask_all([("x", "https://x.example/")], 2, lambda _: None)
    assert (found.good, found.seen) == (False, seen)


@pytest.mark.requirement("S1-060")
def test_the_command_fails_where_a_host_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "sites_of", lambda _: {"static site of docs": "docs.example"})
    with respx.mock:
        respx.get("https://docs.example/").respond(404)
        done = run("smoke", "dev", "--folder", SETTINGS, "--tries", "1")
        assert done.code == 1
        assert "FAILED static site of docs https://docs.example/: HTTP 404" in done.out
        assert "no record yet: dev.api.mystira.app" in done.out
        respx.get("https://docs.example/").respond(200)
        done = run("smoke", "dev", "--folder", SETTINGS, "--json")
        assert (done.code, done.json["answers"][0]["good"]) == (0, True)
    assert run("smoke", "shared", "--folder", SETTINGS).out == "shared: 0 asked, 0 do not answer\n"


def test_the_sites_come_from_the_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = fake_pulumi(tmp_path / "bin", monkeypatch)
    fake.says("stack output", {"static_sites": {"devhub/docs": {"host": "x.example", "id": "/x"}}})
    assert sites_of("dev") == {"static site of devhub/docs": "x.example"}
    fake.says("stack output", {})
    with pytest.raises(MystiraError, match="dev: no output static_sites"):
        sites_of("dev")


# Backup


SERVER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/mys-prod-core-pg-san"


def arm_with(states: list[tuple[int, Any]], asked: list[tuple[str, str]]) -> Any:
    """Azure, which answers each look at the backup in turn."""

    def answers(method: str, path: str) -> tuple[int, bytes]:
        asked.append((method, path))
        status, body = (202, {}) if method == "PUT" else states.pop(0)
        return status, json.dumps(body).encode()

    return answering(answers)


@pytest.mark.requirement("S2-033")
def test_a_backup_is_waited_for() -> None:
    asked: list[tuple[str, str]] = []
    waits: list[float] = []
    states = [
        (404, {"error": {"code": "ResourceNotFound"}}),
        (200, {"properties": {"backupType": "Customer On-Demand"}}),
        (200, {"properties": {"completedTime": "2026-11-22T07:00:00Z"}}),
    ]
    assert back_up(arm_with(states, asked), SERVER, "before", waits.append) == "2026-11-22T07:00:00Z"
    assert asked[0] == ("PUT", f"{SERVER}/backups/before?api-version=2025-08-01")
    assert {method for method, _ in asked[1:]} == {"GET"}
    assert len(waits) == 2


def test_a_backup_that_does_not_end_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "LOOKS", 2)
    with pytest.raises(MystiraError, match="before: not complete after"):
        back_up(arm_with([(200, {}), (200, {})], []), SERVER, "before", lambda _: None)


@pytest.mark.requirement("S2-033")
def test_the_server_is_the_one_of_the_stack(
    plans: Mapping[str, StackPlan], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = server_of(plans["prod"])
    assert id.endswith("/mys-prod-core-rg-san/providers/Microsoft.DBforPostgreSQL/flexibleServers/mys-prod-core-pg-san")
    asked: list[str] = []
    monkeypatch.setattr(backup, "back_up", lambda _, server, name: asked.append(f"{server}/{name}") or "now")
    done = run("backup", "prod", "--name", "before-1", "--folder", SETTINGS)
    assert done.out == "prod: backup before-1 of mys-prod-core-pg-san, complete at now\n"
    assert asked == [f"{id}/before-1"]
    assert "no name of a backup" in run("backup", "prod", "--name", "a/b", "--folder", SETTINGS).err
    assert "shared has no databases" in run("backup", "shared", "--folder", SETTINGS).err
