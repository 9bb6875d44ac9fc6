"""The estate is taken over in phases: at each step what every service needs is open, and nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from components.facts.types import RESOURCE_TYPES
from offline.engine.run import Engine
from offline.world.faults import Fault
from stacks.adopt.effects import Effect
from stacks.adopt.steps import Step
from tests.engine.conftest import Command
from tests.engine.walk import STORES, Walk
from tests.harness.settings import ENVIRONMENTS

UP = ("shared",)
LEFT = {"dev": {"aks": "add"}, "staging": {"aks": "add"}, "prod": {"aks": "add", "edge": "add"}}
"""What is in a cluster comes up in tests/engine/test_adoption.py and in `make phases`; routes need its gateway."""
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

ELSEWHERE = {"dns-record-set", "role-assignment"}
"""What a stack also makes in the subscription of `shared`."""

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


def added(walk: Walk, step: Step) -> None:
    """Add: what is new comes beside it, exactly what the report says, and nothing that lived before is written."""
    written = walk.up(adoption={"*": "add"})
    assert [id for verb, id in written if id in walk.live] == []
    assert {verb for verb, _ in written} == {"create"}
    after = walk.bodies()
    assert {id: after[id] for id in walk.live} == walk.live
    made, promised = Counter(walk.kinds(id for _, id in written)), Counter(step.creates or {})
    assert made - promised == Counter()
    assert {kind for kind in promised - made if kind in RESOURCE_TYPES} <= ELSEWHERE
    assert walk.closed() == []


def cut_over(walk: Walk, *steps: Step, **changes: Any) -> None:
    """What is adopted changes where the report says so, nothing is deleted, and every service comes in as planned."""
    before = walk.bodies()
    written = walk.up(**changes)
    keys = walk.keys()
    changed = {keys[id] for verb, id in written if id in before and id in walk.live and id in keys}
    listed = {change.key for step in steps for change in step.changes}
    assert {key for key in changed if not key.startswith("role-assignment/")} <= listed
    assert "delete" not in {verb for verb, _ in written}
    assert walk.closed() == []


def settled(walk: Walk) -> None:
    """Everybody comes in as planned, and another run changes nothing."""
    assert walk.closed(only_new=True) == []
    again = walk.command("offline", "preview", "-s", walk.stack, "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr


def test_dev_is_taken_over_run_by_run(start: Start) -> None:
    """With a run that fails, and one store before all others."""
    walk = start("dev")
    steps = {(step.phase, step.part): step for step in walk.steps() if not step.ends}

    added(walk, steps["add", "*"])
    waiting = {path.partition(" -> ")[2].partition("/")[0] for path in walk.closed(only_new=True)}
    assert waiting == {*STORES, "vault"}

    # In the order of the report what services run on and read goes first; then one store alone. Its run fails at the
    # account, after what comes before it; the next one finishes.
    parts = list(dict.fromkeys(step.part for step in steps.values() if step.part not in {"*", *LEFT["dev"]}))
    first = parts[: parts.index("app_hosting") + 1]
    assert "vaults" in first
    assert not {"cosmos", "postgresql", "storage"} & {*first}
    phases = {"*": "add", **dict.fromkeys((*first, "storage"), "done")}
    walk.world.add_fault(Fault("conflict", "update", "/storageAccounts/"))
    walk.up(fails=True, adoption=phases)
    assert walk.closed() == []
    cut_over(walk, *(steps["done", part] for part in (*first, "storage")), adoption=phases)
    assert "storage" not in " ".join(walk.closed(only_new=True))

    # All others. Passwords stay until whoever logs in with one has another way: they end in `make phases`.
    walk.password()
    both = {"local_auth": [*walk.section("local_auth"), "postgresql"], "waivers.postgresql-passwords": WAIVER}
    cut_over(walk, *steps.values(), **both, adoption={"*": "done", **LEFT["dev"]})
    server = walk.bodies()[walk.ids["postgresql-server/core"].lower()]["authConfig"]
    assert (server["activeDirectoryAuth"], server["passwordAuth"]) == ("Enabled", "Enabled")
    settled(walk)
