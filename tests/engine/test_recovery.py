"""A run of dev that is killed several times, and fails once, is finished as a user does it: up, recover, up."""

from __future__ import annotations

from collections import Counter

import pytest

from offline.engine.run import FOR_A_SHORT_LIFE, Engine
from offline.world.faults import Fault
from offline.world.store import World
from tests.engine.conftest import STATE_AT_THE_END, Command, azure_resources

CHECKPOINTS = True
"""For the runs that are killed: writing the state after each step takes longer than the steps."""
UP = ("shared",)
KILLED = (
    ("killed-after", "/resourceGroups/mys-dev-", 3),
    ("killed-before", "/privateDnsZones/", 2),
    ("killed-after", "/managedClusters/", 0),
)
"""The kind of kill, the ids that it applies to, and how many of them succeed first."""
REFUSED = (Fault("conflict", "create", "/managedClusters/"), Fault("conflict", "create", "/metricAlerts/", times=20))
"""What the run before the last kill fails at, and leaves to the one that is killed. Without it that one would make, and
write the state after, several hundred resources more."""
WHOLE = ("offline", "up", "-s", "dev", "--yes", "--skip-preview")


def test_dev_killed_at_three_points_is_finished(
    engine: Engine, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(engine.home.cloud)
    for number, (kind, part, skip) in enumerate(KILLED):
        if number == len(KILLED) - 1:
            _refused(world, command, monkeypatch)
        world.add_fault(Fault(kind, "create", part, skip))
        if number == 0:
            killed = command("make", "up", "dev")
            assert "Next: make recover STACK=dev" in killed.stdout
        else:
            killed = command(*WHOLE)
        assert killed.returncode != 0, f"{kind} at {part} did not happen"
        with monkeypatch.context() as patch:
            patch.setitem(FOR_A_SHORT_LIFE, STATE_AT_THE_END, "true")
            recovered = command("make", "recover", "dev")
        assert recovered.returncode == 0, recovered.stdout + recovered.stderr
        assert "dev: removed the lock of a run that is gone" in recovered.stdout
    monkeypatch.setitem(FOR_A_SHORT_LIFE, STATE_AT_THE_END, "true")
    done = command(*WHOLE)
    assert done.returncode == 0, done.stdout + done.stderr
    again = command(*WHOLE, "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr
    state = [str(each["id"]).lower() for stack in ("shared", "dev") for each in azure_resources(engine, stack)]
    assert [id for id, count in Counter(state).items() if count > 1] == []
    made = {
        id.lower()
        for verb, token, id, outcome in world.operations()
        if (verb, outcome) == ("create", "done") and not token.startswith("kubernetes:")
    }
    assert made == set(state)
    clean = command("make", "recover", "dev")
    assert (clean.returncode, clean.stdout.strip()) == (0, "dev: nothing to recover")


def _refused(world: World, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in REFUSED:
        world.add_fault(fault)
    with monkeypatch.context() as patch:
        patch.setitem(FOR_A_SHORT_LIFE, STATE_AT_THE_END, "true")
        failed = command(*WHOLE, "--continue-on-error")
    assert failed.returncode != 0
    assert world.faults() == []


@pytest.mark.parametrize("arguments", [["add", "earthquake"], ["add", "busy", "--verb", "look"]])
def test_an_unknown_fault_is_one_line(command: Command, arguments: list[str]) -> None:
    done = command("offline", "fault", *arguments)
    assert done.returncode == 1
    assert "seen:" in done.stderr
    assert "allowed:" in done.stderr
