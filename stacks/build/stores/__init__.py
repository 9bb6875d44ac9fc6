"""From the plan of each store to its resources."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from stacks.build.stores.base import Site
from stacks.build.stores.vaults import build_vaults


def build_stores(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register every store; returns what they produce for vaults, by the name that the plan gives it."""
    return {
        **build_vaults(site),
    }


__all__ = ["Site", "build_stores"]
