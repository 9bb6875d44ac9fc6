"""What a container registry consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ReplicaSpec:
    """A copy of a registry in another region."""

    name: str
    """Its name within the registry."""
    zone_redundant: bool
    """Chosen at creation; the region must have zones."""


@dataclass(frozen=True)
class RegistrySpec:
    """A container registry; several features need Premium (Microsoft: Azure Container Registry service tiers)."""

    name: str
    """Its physical name, which is also its host: ``{name}.azurecr.io``."""
    sku: str
    """Basic, Standard or Premium."""
    public_access: bool
    """Whether it is reached from the internet; only Premium can switch it off."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet; empty: everybody. Premium."""
    zone_redundant: bool
    """Premium."""
    retention_days: int | None
    """How long untagged manifests are kept; ``None``: for good. Premium."""
    replicas: Mapping[str, ReplicaSpec]
    """By region. Premium."""
