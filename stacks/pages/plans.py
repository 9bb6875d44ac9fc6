"""The plans that pages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from components.facts.lifecycles import LAST_READ
from stacks.plan.load import PROJECT, plan_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import stacks_in


@cache
def plans() -> Mapping[str, StackPlan]:
    """The plan of every stack, from the committed settings. What pages show does not depend on the day, but the
    settings must be valid then."""
    return {stack: plan_of(stack, PROJECT, LAST_READ) for stack in stacks_in(PROJECT)}
