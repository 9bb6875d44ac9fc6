"""`mystira smoke` and `mystira backup`: what comes after an update, and what comes before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from components.problems import MystiraError
from mystira import backup
from mystira.backup import back_up, server_of
from mystira.smoke import ask_all, targets
from stacks.parts.hosts.plan import HOSTS
from stacks.plan.model import StackPlan
from tests.harness.preflight import answering
from tests.harness.settings import SETTINGS, edited_plan
from tests.mystira.conftest import Run


@pytest.mark.requirement("S1-060")
def test_the_hosts_that_the_edge_serves_are_asked(plans: Mapping[str, StackPlan], folder: Path) -> None:
    public = {each.name: each.monitor_url for each in plans["dev"].of(HOSTS) if each.name}
    asked, left_out = targets(plans["dev"])
    assert (dict(asked), left_out) == (public, [])
    asked, left_out = targets(edited_plan(folder, "dev", {"edge.prepared": ["api"]}))
    assert left_out == ["dev.api.mystira.app"]
    assert dict(asked).keys() == public.keys() - {"dev.api.mystira.app"}
    assert targets(plans["shared"]) == ([], [])


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
def test_the_command_fails_where_a_host_does_not_answer(run: Run, plans: Mapping[str, StackPlan]) -> None:
    asked, _ = targets(plans["dev"])
    with respx.mock:
        for _, url in asked:
            respx.get(url).respond(200)
        respx.get("https://dev.api.mystira.app/health").respond(404)
        done = run("smoke", "dev", "--folder", SETTINGS, "--tries", "1")
        assert done.code == 1
        assert "FAILED dev.api.mystira.app https://dev.api.mystira.app/health: HTTP 404" in done.out
        respx.get("https://dev.api.mystira.app/health").respond(200)
        done = run("smoke", "dev", "--folder", SETTINGS, "--json")
        assert (done.code, {each["good"] for each in done.json["answers"]}) == (0, {True})
    assert run("smoke", "shared", "--folder", SETTINGS).out == "shared: 0 asked, 0 do not answer\n"


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
