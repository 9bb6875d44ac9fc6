"""What a registry's SKU allows, and what may be adopted as the public zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from components.facts.regions import REGIONS
from components.problems import Problem
from stacks.settings import Settings, SharedSettings
from stacks.settings.loading import SHARED, file_name

SKUS = "Microsoft: Azure Container Registry service tiers"
ZONE_ID = "/subscriptions/{subscription}/resourceGroups/<group>/providers/Microsoft.Network/dnsZones/{domain}"


def registry_problems(stack: str, settings: SharedSettings) -> Iterator[Problem]:
    """Features that need Premium (estate B1), a copy that is none, and an adopted id that is not this zone."""
    prefix = f"{file_name(stack)}: mystira:registry"
    registry = settings.registry
    premium_only = (
        ("public_access", not registry.public_access, "off"),
        ("allowed_ranges", bool(registry.allowed_ranges), ", ".join(registry.allowed_ranges)),
        ("zone_redundant", registry.zone_redundant, "on"),
        ("retention_days", registry.retention_days is not None, str(registry.retention_days)),
        ("replicate", registry.replicate, "on"),
    )
    for field, used, seen in premium_only:
        if used and registry.sku != "Premium":
            yield Problem(f"{prefix}.{field}", f"needs Premium, the SKU is {registry.sku}", seen, "sku: Premium", SKUS)
    azure = settings.azure
    if registry.replicate and azure.region == azure.secondary_region:
        path = f"{file_name(stack)}: mystira:azure.secondary_region"
        yield Problem(path, "a copy in the same region is none", azure.secondary_region, f"not {azure.region}")
    if registry.zone_redundant and not REGIONS[azure.region].zones:
        yield Problem(f"{prefix}.zone_redundant", f"{azure.region} has no zones", "on", "off, or a region with zones")
    adopt = settings.dns.adopt
    expected = ZONE_ID.format(subscription=azure.subscription_id, domain=settings.domain.name)
    pattern = re.escape(expected).replace("<group>", r"[^/]+")
    if adopt is not None and not re.fullmatch(pattern, adopt, re.IGNORECASE):
        yield Problem(f"{file_name(stack)}: mystira:dns.adopt", "not the id of this zone", adopt, expected)


def registry_path_problems(stack: str, others: Mapping[str, Settings]) -> Iterator[Problem]:
    """Environments pull through a private endpoint, which only a Premium registry takes."""
    shared = others.get(SHARED)
    if isinstance(shared, SharedSettings) and shared.registry.sku != "Premium":
        path = f"{file_name(SHARED)}: mystira:registry.sku"
        yield Problem(path, f"{stack} pulls through a private endpoint", shared.registry.sku, "Premium", SKUS)
