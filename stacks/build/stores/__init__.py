"""From the plan of each store to its resources."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from stacks.build.stores.base import Site
from stacks.build.stores.cosmos import build_cosmos
from stacks.build.stores.messaging import build_messaging
from stacks.build.stores.redis import build_redis
from stacks.build.stores.storage import build_storage


def build_stores(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register every store; returns what they produce for vaults, by the name that the plan gives it."""
    return {**build_cosmos(site), **build_storage(site), **build_redis(site), **build_messaging(site)}


__all__ = ["Site", "build_stores"]
