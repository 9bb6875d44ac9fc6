"""One notification a route: what is sent, what is waited for, and what a person reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer

from components.problems import MystiraError
from mystira.alerts import AzureSender, Group, OfflineSender, groups_of, report
from mystira.preflight.arm import URL, Unreachable
from tests.harness.offline import GROUP, SUBSCRIPTION, Cloud, token_of
from tests.harness.preflight import answering
from tests.harness.settings import plan

PAGE = Group("mys-dev-corepage-ag-glob", "/subscriptions/s/resourceGroups/g/providers/x/actionGroups/page", ("page",))
THERE = {
    "enabled": True,
    "emailReceivers": [
        {"name": "lead", "emailAddress": "a@b.example", "useCommonAlertSchema": True, "status": "Enabled"}
    ],
    "webhookReceivers": [{"name": "teams", "serviceUri": "https://teams.example/1", "objectId": None}],
    "smsReceivers": [],
}


def details(**states: str) -> list[Mapping[str, str]]:
    return [{"MechanismType": "Email", "Name": name, "Status": state} for name, state in states.items()]


def sender(*answers: Mapping[str, object], location: str = f"{URL}/status/1") -> tuple[AzureSender, list[str]]:
    """Azure with these answers about the notifications, one a question; what it was asked."""
    asked: list[str] = []
    left = list(answers)

    def answer(method: str, path: str) -> tuple[int, bytes]:
        asked.append(f"{method} {path.partition('?')[0]}")
        if path.startswith("/status/1"):
            return 200, json.dumps(left.pop(0) if len(left) > 1 else left[0]).encode()
        return (202, b"") if method == "POST" else (200, json.dumps({"properties": THERE}).encode())

    headers = {"Location": location} if location else {}
    return AzureSender(answering(answer, headers), 1, lambda _: None), asked


def test_everybody_who_is_in_the_group_at_azure_is_notified() -> None:
    azure, asked = sender(
        {"state": "InProgress"}, {"state": "Complete", "actionDetails": details(lead="Succeeded", teams="Failed")}
    )
    assert azure.notify(PAGE) == {"lead": "Succeeded", "teams": "Failed"}
    assert asked == [f"GET {PAGE.id}", f"POST {PAGE.id}/createNotifications", "GET /status/1", "GET /status/1"]


def test_an_answer_that_does_not_come_is_said_and_not_waited_for_forever() -> None:
    azure, asked = sender({"state": "InProgress"})
    assert azure.notify(PAGE) == {"lead": "no answer", "teams": "no answer"}
    assert asked.count("GET /status/1") == 12


def test_an_azure_that_names_no_place_for_its_answer_is_an_error() -> None:
    with pytest.raises(Unreachable, match="no address of the answer"):
        sender({}, location="")[0].notify(PAGE)


def test_a_refusal_names_the_group_and_the_runbook() -> None:
    refused = answering(lambda *_: (403, b'{"error": {"code": "AuthorizationFailed", "message": "no"}}'))
    with pytest.raises(MystiraError, match=r"mys-dev-corepage-ag-glob: Azure refuses: AuthorizationFailed.*alerts\.md"):
        AzureSender(refused, 1).notify(PAGE)


def test_the_groups_are_those_of_the_plan() -> None:
    found = {each.routes: each.id for each in groups_of(plan("dev"))}
    root = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/mys-dev-core-rg-san/providers/Microsoft.Insights/actionGroups"
    assert found == {
        ("page",): f"{root}/mys-dev-corepage-ag-glob",
        ("notify",): f"{root}/mys-dev-core-ag-glob",
        ("inform",): f"{root}/mys-dev-coreinform-ag-glob",
    }
    assert [each.routes for each in groups_of(plan("shared"))] == [("page", "notify", "inform")]


def group(cloud: Cloud, role: str, *, enabled: bool = True) -> None:
    receivers = [{"name": "technical-lead", "emailAddress": "a@b.example", "useCommonAlertSchema": True}]
    cloud.make(
        token_of("action-group"),
        actionGroupName=f"mys-dev-core{role}-ag-glob",
        resourceGroupName=GROUP,
        location="global",
        enabled=enabled,
        groupShortName="MysDev",
        emailReceivers=receivers,
    )


def test_a_person_reads_who_was_notified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud(tmp_path)
    with pytest.raises(MystiraError, match="no such action group"):
        report(plan("dev"), OfflineSender(cloud.world))
    group(cloud, "page")
    group(cloud, "")
    group(cloud, "inform", enabled=False)
    with pytest.raises(typer.Exit) as ended:
        report(plan("dev"), OfflineSender(cloud.world))
    assert ended.value.exit_code == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "page: technical-lead: Succeeded",
        "notify: technical-lead: Succeeded",
        "inform: technical-lead: the group is off",
    ]


def test_a_script_reads_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud = Cloud(tmp_path)
    for role in ("page", "", "inform"):
        group(cloud, role)
    report(plan("dev"), OfflineSender(cloud.world), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert [(each["routes"], each["receiver"], each["state"]) for each in found] == [
        (route, "technical-lead", "Succeeded") for route in ("page", "notify", "inform")
    ]
