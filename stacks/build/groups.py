"""The resource groups of a stack, tier by tier."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import pulumi

from components.groups import GroupArgs, Tier
from stacks.plan import StackPlan

TIER_NAMES = {1: "tier-1-core", 2: "tier-2-services", 3: "tier-3-shared"}


def build_groups(plan: StackPlan, options: pulumi.ResourceOptions) -> Mapping[str, pulumi.Output[str]]:
    """The names of the groups by key; who uses one depends on the group."""
    names: dict[str, pulumi.Output[str]] = {}
    for tier, members in groupby(sorted(plan.groups, key=lambda group: group.tier), key=lambda group: group.tier):
        args = [GroupArgs(group.key, group.name, group.location, group.tags) for group in members]
        names |= {key: group.name for key, group in Tier(TIER_NAMES[tier], args, options).groups.items()}
    return names
