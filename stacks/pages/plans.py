"""The plans that pages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from components.facts.lifecycles import LIFECYCLES
from stacks.plan.load import PROJECT, plan_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import stacks_in

DAY = max(row.read_on for row in LIFECYCLES)
"""The day on which the facts were read. What pages show does not depend on it, but the settings must be valid then."""


@cache
def plans() -> Mapping[str, StackPlan]:
    """The plan of every stack, from the committed settings."""
    return {stack: plan_of(stack, PROJECT, DAY) for stack in stacks_in(PROJECT)}
