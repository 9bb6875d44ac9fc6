"""What the SKU of a registry allows."""

from __future__ import annotations

from collections.abc import Iterator

from components.facts.regions import REGIONS
from components.problems import Problem
from components.registry.facts import PREMIUM, TIERS
from stacks.context import Context
from stacks.settings.models import SharedSettings


def registry_problems(context: Context[SharedSettings]) -> Iterator[Problem]:
    """Features that need Premium (estate B1), and a replica in the registry's own region."""
    registry, azure = context.settings.registry, context.settings.azure
    premium_only = (
        ("public_access", not registry.public_access, "off"),
        ("allowed_ranges", bool(registry.allowed_ranges), ", ".join(map(str, registry.allowed_ranges))),
        ("zone_redundant", registry.zone_redundant, "on"),
        ("retention_days", registry.retention_days is not None, str(registry.retention_days)),
        ("replicate", registry.replicate, "on"),
    )
    for field, used, seen in premium_only:
        if used and registry.sku != PREMIUM:
            what = f"needs Premium, the SKU is {registry.sku}"
            yield Problem(context.path(f"registry.{field}"), what, seen, "sku: Premium", TIERS)
    if registry.replicate and azure.region == azure.secondary_region:
        path, what = context.path("azure.secondary_region"), "the secondary region must differ from the primary"
        yield Problem(path, what, azure.secondary_region, f"not {azure.region}")
    if registry.zone_redundant and not REGIONS[azure.region].zones:
        path, allowed = context.path("registry.zone_redundant"), "off, or a region with zones"
        yield Problem(path, f"{azure.region} has no zones", "on", allowed)
