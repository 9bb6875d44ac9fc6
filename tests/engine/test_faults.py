"""Faults on the engine: nothing is lost, nothing is made twice, and the message says what to do next."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from components.problems import MystiraError
from offline.engine.recovery import Recovery, needs_recovery, recover
from offline.engine.run import EngineFailed
from offline.world.faults import Fault
from tests.engine.conftest import azure_resources
from tests.engine.small import STACK, SmallProgram

RESOURCES = 12


class Run(SmallProgram):
    """One world with a program of a dozen resources."""

    def __init__(self, folder: Path) -> None:
        super().__init__("faults", folder)

    def recover(self) -> Recovery:
        return recover(self.engine, STACK)

    def check_whole(self) -> None:
        """State and cloud hold the same, the program has nothing to do, and nothing was made twice."""
        self.world.clear_faults()
        code, text = self.up("--expect-no-changes")
        assert code == 0, text
        state = [str(each["id"]).lower() for each in azure_resources(self.engine, STACK)]
        assert sorted(state) == sorted(each.id.lower() for each in self.world.all())
        assert len(state) == RESOURCES
        changes = Counter[str]()
        for verb, _, id, outcome in self.world.operations():
            if outcome == "done" and verb in ("create", "delete"):
                changes[id.lower()] += 1 if verb == "create" else -1
                assert changes[id.lower()] in (0, 1), f"{id} was made twice"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("faults"))


def test_each_fault_at_a_create_heals(run: Run) -> None:
    """One after another in one world: what azure-native retries is not even seen; the rest stops, and can go on."""
    where = "/virtualNetworks/mys-dev-core-vnet-san"
    for kind in ("throttled", "busy", "server-error", "lost-before", "lost-after"):
        run.world.add_fault(Fault(kind, "create", "/userAssignedIdentities/"))
    run.world.add_fault(Fault("conflict", "create", where))
    run.world.add_fault(Fault("timeout", "create", "/actionGroups/"))
    run.world.add_fault(Fault("failed", "create", "/workspaces/"))
    code, text = run.up("--continue-on-error")
    assert code != 0
    assert 'Code="Conflict"' in text
    assert "advice: run the same command again" in text
    assert "context deadline exceeded" in text
    assert 'Code="InternalExecutionError"' in text
    assert "run the same command again to finish it" in text
    assert not needs_recovery(run.engine, STACK)
    run.world.add_fault(Fault("lost-after", "create", where, times=4))
    before = run.world.seen()
    code, text = run.up()
    assert code != 0
    assert "connection reset by peer" in text
    assert needs_recovery(run.engine, STACK, before)
    code, text = run.up()
    assert code != 0
    assert "cannot create already existing resource" in text
    found = run.recover()
    assert found.imported == ("azure-native:network:VirtualNetwork core",)
    code, text = run.up()
    assert code == 0, text
    run.check_whole()


def test_a_mixed_update_killed_at_six_points_is_finished(run: Run) -> None:
    """Creates, updates, a replace and deletes."""
    code, text = run.up()
    assert code == 0, text
    run.configure("phase", "after")
    for kind, verb, part in (
        ("killed-before", "update", "/userAssignedIdentities/"),
        ("killed-after", "update", "/userAssignedIdentities/"),
        ("killed-after", "create", "/privateDnsZones/"),
        ("killed-after", "delete", "/actionGroups/"),
        ("killed-after", "create", "/actionGroups/"),
        ("killed-before", "delete", "/privateDnsZones/"),
    ):
        run.world.add_fault(Fault(kind, verb, part))
        code, text = run.up("--parallel", "1")
        assert code != 0, f"{kind} {verb} did not happen: {text}"
        assert needs_recovery(run.engine, STACK)
        found = run.recover()
        assert found.unlocked
        assert not needs_recovery(run.engine, STACK)
    code, text = run.up()
    assert code == 0, text
    run.check_whole()


@pytest.mark.parametrize("seed", ["a", "b"])
def test_faults_by_seed_heal_in_the_end(tmp_path: Path, seed: str) -> None:
    """The same seed gives the same faults whatever the order of operations."""
    run = Run(tmp_path)
    run.world.set_chance(seed, 0.15)
    for _ in range(12):
        code, _ = run.up()
        if code == 0:
            break
        try:
            run.recover()
        except EngineFailed:  # a fault met the recovery itself: it can be started again
            continue
    assert any(row[3].startswith("fault: ") for row in run.world.operations())
    assert code == 0
    run.check_whole()


def test_a_live_run_is_not_disturbed(tmp_path: Path) -> None:
    run = Run(tmp_path)
    lock = run.engine.home.state / ".pulumi" / "locks" / "organization" / "faults" / STACK / "x.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": os.getpid()}))
    with pytest.raises(MystiraError, match=f"another run is at work; seen: process {os.getpid()}"):
        run.recover()


def test_a_state_that_was_cut_off_is_the_one_before_it_again(tmp_path: Path) -> None:
    run = Run(tmp_path)
    file = run.engine.checkpoint(STACK)
    before = file.read_text()
    assert list(file.parent.glob("*.attrs")) == [], "a file beside the state that can be cut off"
    file.with_name(f"{file.name}.bak").write_text(before)
    file.write_text(before[:40])
    assert run.recover().restored
    assert file.read_text() == before
