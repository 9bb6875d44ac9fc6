"""The plans that pages are made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

from stacks.plan.load import PROJECT, plan_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import stacks_in

ANY_DAY = date(2026, 1, 1)
"""What pages show does not depend on the day."""


@cache
def plans() -> Mapping[str, StackPlan]:
    """The plan of every stack, from the committed settings."""
    return {stack: plan_of(stack, PROJECT, ANY_DAY) for stack in stacks_in(PROJECT)}
