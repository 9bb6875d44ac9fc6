"""What a resource group consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class GroupSpec:
    """A resource group."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    location: str
    """Azure's name of the region that keeps its metadata."""
    tags: Mapping[str, str]
    """All of its tags: a deployment adds none."""
