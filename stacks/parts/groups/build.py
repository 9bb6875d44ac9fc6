"""The resource groups of a stack."""

from __future__ import annotations

from components.groups.tier import Tier
from stacks.parts.groups.plan import TierPlan, group_scope
from stacks.parts.site import Site


def build_groups(site: Site, tiers: tuple[TierPlan, ...]) -> None:
    """Register every group; who uses one depends on it."""
    for tier in tiers:
        made = Tier(tier.name, tier.groups, site.options())
        for group in tier.groups:
            registered = made.groups[group.key]
            site.groups.put(group.key, (group, registered.name))
            site.resources.put(group_scope(group.key), registered.id)
