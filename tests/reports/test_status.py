"""The status of a stack, from a plan, a state and a history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from stacks.parts.part import Notice
from stacks.parts.secrets.plan import SECRETS
from stacks.parts.vaults.plan import VAULTS
from stacks.reports.status import Drift, Status, lines_of, status_of
from tests.harness.settings import TODAY, plan
from tests.reports.states import state_of

PLAN = replace(plan("dev"), notices=())
SECRET_PLANS, KEYS = PLAN.of(SECRETS), PLAN.of(VAULTS).vaults
UPDATE = {
    "kind": "update",
    "startTime": "2026-11-21T10:00:00.000Z",
    "endTime": "2026-11-21T10:05:00.000Z",
    "result": "succeeded",
    "environment": {"git.head": "0123456789abcdef"},
    "resourceChanges": {"same": 300, "update": 2, "create": 1, "delete": 0},
}
PENDING = {
    "type": "creating",
    "resource": {
        "type": "azure-native:dbforpostgresql:Server",
        "urn": "urn:pulumi:dev::mystira::azure-native:dbforpostgresql:Server::core",
    },
}


def deployment(**more: Any) -> dict[str, Any]:
    """A state with every secret of the plan, all of them good."""
    return {**json.loads(state_of(SECRET_PLANS, KEYS))["deployment"], **more}


def lines(status: Status) -> list[str]:
    return list(lines_of(status, looks="look: LOOK", recovers="RECOVER", brings_up="UP"))


def test_all_is_well() -> None:
    status = status_of(PLAN, deployment(), [UPDATE], TODAY, Drift("2026-11-21T11:00:00+00:00", (), outdated=False))
    count = len(SECRET_PLANS) + sum(len(each.spec.keys) for each in KEYS)
    assert lines(status) == [
        f"dev: {count} resources",
        "  last update: 2026-11-21T10:05:00.000Z, update succeeded: 1 create, 2 update, commit 0123456789ab",
        "  pending operations: none",
        "  drift: none (2026-11-21T11:00:00+00:00)",
        "  secrets due: none",
        "  ends of life: none",
        "  waivers that end soon: none",
    ]


def test_what_is_unfinished_and_what_drifted() -> None:
    drift = Drift("2026-11-21T09:00:00+00:00", ("a: changed", "b: deleted"), outdated=True)
    status = status_of(PLAN, deployment(pending_operations=[PENDING]), [UPDATE], TODAY, drift)
    assert lines(status)[2:6] == [
        "  pending operations: creating PostgreSQL server core: RECOVER",
        "  drift: 2 (2026-11-21T09:00:00+00:00, before the last update: look: LOOK)",
        "    a: changed",
        "    b: deleted",
    ]
    running = {**UPDATE, "result": "in-progress", "endTime": None, "resourceChanges": None}
    told = lines(status_of(PLAN, deployment(), [running], TODAY))
    assert "2026-11-21T10:00:00.000Z, update in-progress: nothing changed" in told[1]
    assert told[3] == "  drift: nobody has looked; look: LOOK"


@pytest.mark.parametrize(("left", "due"), [(29, True), (30, True), (31, False), (-1, True)])
def test_secrets_are_due_thirty_days_before_their_end(left: int, due: bool) -> None:
    held = json.loads(state_of(SECRET_PLANS, KEYS, end=str(TODAY + timedelta(days=left))))["deployment"]
    status = status_of(PLAN, held, [UPDATE], TODAY)
    assert bool(status.secrets_due) is due
    if due:
        assert any("expire" in line for line in lines(status) if line.startswith("    "))


def test_a_secret_that_nobody_wrote_is_due_unless_none_has_been() -> None:
    held = deployment()
    lost = next(each for each in held["resources"] if each["type"] == "azure-native:keyvault:Secret")
    (line,) = status_of(
        PLAN, {"resources": [each for each in held["resources"] if each is not lost]}, [UPDATE], TODAY
    ).secrets_due
    assert line.verdict == "not written: pulumi up"
    assert status_of(PLAN, {}, [UPDATE], TODAY).secrets_due == ()


def test_notices_are_told_by_topic_the_nearest_first() -> None:
    notices = (
        Notice("kubernetes 1.35", "2027-03-31", "kubernetes 1.35 retires"),
        Notice("Pulumi.dev.yaml: mystira:waivers.aks-tier", "2026-12-20", "the waiver ends"),
        Notice("postgresql 14", "2026-12-01", "postgresql 14 retires"),
        Notice("Pulumi.dev.yaml: mystira:secrets.expires_on", "2026-12-02", "the secrets expire"),
        Notice("Pulumi.dev.yaml: mystira:aks.upgrade_channel", "2026-11-21", "put the channel back"),
    )
    status = status_of(replace(PLAN, notices=notices), deployment(), [UPDATE], TODAY)
    assert lines(status)[5:] == [
        "  ends of life:",
        "    2026-12-01: postgresql 14 retires",
        "    2027-03-31: kubernetes 1.35 retires",
        "  waivers that end soon:",
        "    2026-12-20: the waiver ends",
        "  dates of secrets:",
        "    2026-12-02: the secrets expire",
        "  to see to:",
        "    2026-11-21: put the channel back",
    ]


def test_a_stack_that_is_not_there_says_so() -> None:
    today = date(2026, 11, 21)
    assert lines(status_of(PLAN, None, (), today))[:2] == ["dev: not there; UP", "  ends of life: none"]
    assert lines(status_of(PLAN, {}, (), today))[0] == "dev: never brought up; UP"
