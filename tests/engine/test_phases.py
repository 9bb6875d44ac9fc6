"""The estate is taken over in phases: at each step what every service needs is open, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from offline.engine.run import Engine
from stacks.adopt.effects import Effect
from tests.engine.conftest import Command
from tests.engine.walk import Walk
from tests.harness.settings import ENVIRONMENTS

UP = ("shared",)
LEFT = {"dev": {"aks": "add"}, "staging": {"aks": "add"}, "prod": {"aks": "add", "edge": "add"}}
"""The cut-over of a cluster, with everything in it, is that of tests/engine/test_adoption.py; routes need its gateway."""
WAIVER = {"reason": "until the next step, alone", "owner": "platform", "until": "2027-06-30"}
DECIDED: Mapping[str, Mapping[str, Any]] = {
    "dev": {"waivers.cosmos-backup": WAIVER},
    "staging": {},
    "prod": {
        "waivers.cosmos-backup": WAIVER,
        "waivers.cosmos-regions": WAIVER,
        "aks.pools.chain.name": "chain2",
        "aks.pools.system.name": "system2",
    },
}
"""By stack: what a person decides once the settings follow what is live."""
FOLLOWS = {
    "dev": {"cosmos.periodic_backup", "aks.live_pools"},
    "staging": {"aks.version", "aks.live_pools"},
    "prod": {
        "aks.live_pools",
        "aks.version",
        "cosmos.periodic_backup",
        "cosmos.replicate",
        "cosmos.zone_redundant",
        "storage.sku",
    },
}

Start = Callable[[str], Walk]


@pytest.fixture(scope="module")
def start(engine: Engine, command: Command) -> Start:
    """Begin a walk: what is live is loaded, and the settings say so."""
    walks: dict[str, Walk] = {}

    def begin(stack: str) -> Walk:
        if stack not in walks:
            walks[stack] = begun(Walk(engine, command, stack))
        return walks[stack]

    return begin


def begun(walk: Walk) -> Walk:
    """The settings follow what is live, as `mystira adopt --write` has them, and a person decides the rest."""
    asked = walk.asked()
    lines = {line.setting: line.value for line in asked.lines}
    assert set(lines) == FOLLOWS[walk.stack]
    walk.configure(
        {
            "adopt": dict(asked.entries),
            "network.subnet_names": dict(asked.subnet_names),
            **lines,
            **DECIDED[walk.stack],
        }
    )
    walk.planned()
    return walk


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_hold_imports_everything_and_writes_nothing(stack: str, start: Start) -> None:
    walk = start(stack)
    assert [step.part for step in walk.steps() if step.of(Effect.REPLACES)] == []
    assert walk.closed() == []
    assert walk.up(adoption={"*": "hold"}) == []
    assert walk.bodies() == walk.live
    held = {str(each.get("id")).lower() for each in walk.engine.resources(stack)}
    assert {id.lower() for id in walk.plan.adopt.values()} <= held


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_the_estate_is_taken_over_in_phases(stack: str, start: Start) -> None:
    walk = start(stack)
    steps = {(step.phase, step.part): step for step in walk.steps()}

    # Add: what is new comes beside it, exactly what the report says, and nothing that lived before is written.
    written = walk.up(adoption={"*": "add"})
    assert [id for verb, id in written if id in walk.live] == []
    assert {verb for verb, _ in written} == {"create"}
    after = walk.bodies()
    assert {id: after[id] for id in walk.live} == walk.live
    assert Counter(walk.kinds(written)) - Counter(steps["add", "*"].creates or {}) == Counter()
    assert walk.closed() == []

    written = walk.up(adoption={"*": "done", **LEFT[stack]})
    keys = walk.keys()
    changed = {keys[id] for verb, id in written if id in walk.live and id in keys}
    listed = {change.key for step in steps.values() for change in step.changes}
    assert {key for key in changed if not key.startswith("role-assignment/")} <= listed
    assert walk.closed(only_new=True) == []

    again = walk.command("offline", "preview", "-s", stack, "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr
