"""What Azure or a rule of this platform refuses about the state store."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.regions import REGIONS
from components.problems import Problem
from components.storage.facts import NETWORK, REDUNDANCY
from stacks.context import Context
from stacks.parts.public_side import firewall_problems
from stacks.settings.loading import STACKS
from stacks.settings.models import SharedSettings


def state_problems(context: Context[SharedSettings], sku: str) -> Iterator[Problem]:
    """A region without the redundancy, ranges that reach nothing, stacks that are named twice."""
    region, settings = context.settings.azure.region, context.settings.state
    if not REGIONS[region].zones:
        what = f"the state is kept in several zones ({sku})"
        yield Problem(context.path("azure.region"), what, f"{region} has no zones", "a region with zones", REDUNDANCY)
    ranges = context.path("state.allowed_ranges")
    yield from firewall_problems(ranges, settings.allowed_ranges, "a storage firewall", NETWORK)
    named = [*STACKS, *settings.further_stacks]
    for index, stack in enumerate(settings.further_stacks):
        if stack in named[: len(STACKS) + index]:
            path = context.path(f"state.further_stacks.{index}")
            yield Problem(path, "has a key already", stack, f"none of {', '.join(STACKS)}, and each once")
