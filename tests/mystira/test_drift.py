"""`mystira drift`: three states, on what `pulumi refresh` says of a real stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mystira import drift as module
from mystira.ci.engine import Pulumi
from mystira.drift import Drift, State, look, text_of
from stacks.plan.model import StackPlan
from tests.harness.pulumi import FakePulumi, fake_pulumi
from tests.mystira.conftest import Run

NETWORK = "azure-native:network:VirtualNetwork"
POOL = "azure-native:containerservice:AgentPool"
VARIABLES = "azure-native:web:WebAppApplicationSettings"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::mystira::{kind}::{name}"


def step(kind: str, was: Mapping[str, Any], now: Mapping[str, Any] | None) -> dict[str, Any]:
    """A step of `pulumi refresh --preview-only --json`."""
    old = {"type": kind, "urn": urn(kind, "core"), "inputs": was, "outputs": was}
    new = {"type": kind, "urn": urn(kind, "core"), "inputs": now, "outputs": now} if now is not None else None
    return {"op": "refresh" if new else "delete", "oldState": old, "newState": new}


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    fake = fake_pulumi(tmp_path / "bin", monkeypatch)
    resources = [{"urn": urn(NETWORK, "core"), "type": NETWORK}, {"urn": urn(VARIABLES, "app"), "type": VARIABLES}]
    fake.says("stack export", {"deployment": {"resources": resources}})
    return fake


@pytest.fixture
def pulumi(fake: FakePulumi, plans: Mapping[str, StackPlan], tmp_path: Path) -> Pulumi:
    return Pulumi(plans["dev"], tmp_path)


def test_a_stack_as_it_was_left_is_clean(pulumi: Pulumi, fake: FakePulumi) -> None:
    fake.says("refresh", {"steps": []})
    found = look(pulumi)
    assert (found.state, found.differences) == (State.CLEAN, ())
    line = fake.asked[-1][0]
    assert {"--preview-only", "--json"} < set(line), "nothing is written"


def test_what_a_reader_is_not_shown_is_left_out_and_said(pulumi: Pulumi, fake: FakePulumi) -> None:
    fake.says("refresh", {"steps": []})
    found = look(pulumi)
    assert found.left_out == (urn(VARIABLES, "app"),)
    line = fake.asked[-1][0]
    assert line[line.index("--exclude") + 1] == urn(VARIABLES, "app")
    assert list(text_of(found)) == ["not looked at, for want of a right: app", "dev: no drift"]


def test_a_change_and_a_deletion_are_drift(pulumi: Pulumi, fake: FakePulumi) -> None:
    fake.says("refresh", {"steps": [step(NETWORK, {"flag": 1}, {"flag": 2}), step(NETWORK, {"flag": 1}, None)]})
    found = look(pulumi)
    assert found.state is State.DRIFT
    assert found.differences == (
        f"{NETWORK} core: flag: was 1, is 2",
        f"{NETWORK} core: deleted behind Pulumi's back",
    )


def test_what_others_own_is_no_drift(pulumi: Pulumi, fake: FakePulumi) -> None:
    """The autoscaler counts the nodes of a pool."""
    fake.says("refresh", {"steps": [step(POOL, {"count": 1, "mode": "User"}, {"count": 3, "mode": "User"})]})
    assert look(pulumi).state is State.CLEAN
    fake.says("refresh", {"steps": [step(POOL, {"count": 1, "mode": "User"}, {"count": 3, "mode": "System"})]})
    assert look(pulumi).differences == (f'{POOL} core: mode: was "User", is "System"',)


@pytest.mark.parametrize("answer", [{"code": 255, "err": "error: AuthorizationFailed"}, {"out": "cut off"}])
def test_what_could_not_be_looked_at_is_an_error_and_never_clean(
    answer: dict[str, Any], pulumi: Pulumi, fake: FakePulumi
) -> None:
    fake.says("refresh", **answer)
    found = look(pulumi)
    assert found.state is State.ERROR
    assert found.error
    assert list(text_of(found))[-1] == "dev: could not be looked at"


@pytest.mark.parametrize(
    ("found", "code"),
    [(Drift("dev", State.CLEAN), 0), (Drift("dev", State.DRIFT, ("x",)), 3), (Drift("dev", State.ERROR, error="y"), 1)],
)
def test_each_state_has_its_exit_code(found: Drift, code: int, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "look", lambda _: found)
    assert run("drift", "dev").code == code
    done = run("drift", "dev", "--json")
    assert (done.code, done.json["state"]) == (code, found.state)
    assert json.loads(done.out)["stack"] == "dev"
