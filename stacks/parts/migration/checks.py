"""Phases that lose data: skipped, tried in prod first, or without the store that they use."""

from __future__ import annotations

from collections.abc import Iterator

from components.problems import Problem
from stacks.context import Context
from stacks.parts.migration.phases import ORDER, PHASES
from stacks.settings.loading import STACKS
from stacks.settings.models import EnvironmentSettings

ENVIRONMENTS = STACKS[1:]
"""In the order in which they take a phase: dev, staging, prod."""

READ = "docs/runbooks/cosmos.md"


def migration_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Steps that are not one step, environments ahead of the one before them, stores and containers that are gone."""
    migration, cosmos = context.settings.migration, context.settings.cosmos
    path = context.path("migration.phase")
    yield from _step_problems(context)
    yield from _order_problems(context)
    if "cosmos" in PHASES[migration.phase].written and cosmos.lifecycle != "active":
        what = f"writes to Cosmos DB, whose lifecycle is {cosmos.lifecycle}"
        yield Problem(path, what, migration.phase, "PostgresOnly, or cosmos.lifecycle: active", READ)
    # The default names a container that these settings may have replaced.
    named = migration.containers if "containers" in migration.model_fields_set else ()
    for place, name in enumerate(named):
        own = context.path(f"migration.containers.{place}")
        if name in named[:place]:
            yield Problem(own, "listed twice", name, "each container once")
        elif cosmos.lifecycle != "removed" and name not in cosmos.containers:
            yield Problem(own, "no such container", name, ", ".join(cosmos.containers))


def _step_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    phase, previous = context.settings.migration.phase, context.settings.migration.previous
    steps = {each for each in ORDER if abs(ORDER.index(each) - ORDER.index(phase)) == 1}
    allowed = ", ".join(each for each in ORDER if each in steps)
    if previous is None:
        if phase != ORDER[0]:
            what = f"missing: {phase} is one step from the phase before it"
            yield Problem(context.path("migration.previous"), what, "", allowed, READ)
    elif previous not in steps:
        what = f"not one step from {phase}"
        yield Problem(context.path("migration.previous"), what, previous, allowed, READ)


def _order_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Seen from the stack that is ahead: the one before it may go back at any time."""
    phase = context.settings.migration.phase
    before = ENVIRONMENTS[: ENVIRONMENTS.index(context.environment)]
    found = {name: context.others[name].migration.phase for name in before if name in context.others}
    behind = {name: theirs for name, theirs in found.items() if ORDER.index(theirs) < ORDER.index(phase)}
    if behind:
        who = ", ".join(f"{name} ({theirs})" for name, theirs in behind.items())
        last = min(map(ORDER.index, behind.values()))
        yield Problem(context.path("migration.phase"), f"ahead of {who}", phase, ", ".join(ORDER[: last + 1]), READ)
