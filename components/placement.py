"""Where a resource lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True)
class Placement:
    """The place of a resource: what a second region or another group varies."""

    resource_group: pulumi.Input[str]
    """Name of the resource group."""
    location: str
    """Azure's name of the region: ``southafricanorth``."""
    tags: Mapping[str, str]
    """The six tags of everything that takes tags (ADR-0017)."""
