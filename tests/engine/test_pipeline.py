"""The steps of the workflows on the real engine: a plan is applied, a state that moved stops it, drift is told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mystira.ci import engine, plans, previews
from mystira.ci.engine import Pulumi, pulumi_for
from mystira.ci.plans import Moved
from mystira.drift import State, look
from offline.engine.home import HOME_VARIABLE, PYTHON_VARIABLE, Home
from offline.engine.run import Engine
from offline.world.store import World
from stacks.plan.load import PROJECT
from tests.engine.conftest import Command
from tests.mystira.ci.conftest import LocalKey

UP = ("shared", "dev")
REAL = {"policies": plans.policies, "reported": plans.reported}
NSG = "azure-native:network:NetworkSecurityGroup"
COMMIT = "c" * 40
CAP = ("config", "set", "--path", "mystira:monitoring.daily_cap_gb")


@pytest.fixture(scope="module", autouse=True)
def on_the_path(world: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a job has on its PATH: here a `pulumi` that is the one of the offline world."""
    folder, python = tmp_path_factory.mktemp("bin"), os.environ[PYTHON_VARIABLE]
    program = folder / "pulumi"
    program.write_text(f'#!/bin/sh\nexec "{python}" -P -m mystira offline pulumi -- "$@"\n')
    program.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=":")
        patch.setenv("PYTHONPATH", str(PROJECT))
        patch.setenv(HOME_VARIABLE, str(world.root))
        patch.setenv(engine.BACKEND, "the world's own")
        patch.setattr(plans, "program", lambda: (python, "-m", "mystira"))
        # The pack, the report and the gate have tests of their own.
        patch.setattr(plans, "policies", lambda: ())
        patch.setattr(plans, "reported", lambda stack, stream, output, base=None: stream.read_text())
        yield


@pytest.fixture
def pulumi() -> Pulumi:
    """Pulumi for dev, as a job runs it."""
    return pulumi_for("dev")


def test_a_plan_is_applied_once_and_stops_where_the_state_has_moved(tmp_path: Path) -> None:
    sealed, pulumi = tmp_path / "plan.sealed", pulumi_for("shared")
    pulumi.run(*CAP, "2")
    planned = plans.make(pulumi, COMMIT, sealed, LocalKey())
    assert planned.changes
    assert "workspaceCapping" in planned.report
    plans.apply(pulumi, COMMIT, sealed, LocalKey())
    with pytest.raises(Moved):
        plans.apply(pulumi, COMMIT, sealed, LocalKey())
    again = plans.make(pulumi, COMMIT, sealed, LocalKey())
    assert not again.changes


def test_what_somebody_changed_is_drift_and_what_others_own_is_not(
    pulumi: Pulumi, engine: Engine, command: Command
) -> None:
    clean = look(pulumi)
    assert (clean.state, clean.differences) == (State.CLEAN, ())
    assert [urn.rpartition("::")[2] for urn in clean.left_out] == ["app"]
    world = World(engine.home.cloud)
    changed = next(each for each in world.all() if each.token == NSG and "-dev-" in each.id)
    assert command("offline", "cloud", "set", changed.id, "tags.Team", "somebody").returncode == 0
    found = look(pulumi)
    assert found.state is State.DRIFT
    assert len(found.differences) == 1
    assert "Team" in found.differences[0]


def test_the_base_commit_comes_up_in_the_world_of_the_preview(pulumi: Pulumi, world: Home, tmp_path: Path) -> None:
    """This checkout as the base: nothing changes, so that its preview has nothing but what is there."""
    assert previews.bring_up("shared", PROJECT, world) == 0
    stream = tmp_path / "events.jsonl"
    code = plans.mystira("offline", "preview", "shared", "--event-log", str(stream))
    assert code == 0
    kinds = {kind for line in stream.read_text().splitlines() for kind in json.loads(line)}
    assert {"summaryEvent", "resourcePreEvent"} < kinds


def test_report_and_gate_accept_what_changes_nothing(
    pulumi: Pulumi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the pack, the report and the gate as a workflow runs them."""
    for name, real in REAL.items():
        monkeypatch.setattr(plans, name, real)
    assert previews.preview(pulumi, tmp_path)
    assert (tmp_path / "dev (Azure)" / previews.REPORT).read_text().strip()
