"""From the plan of each store to its resources."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from stacks.build.stores.base import Site
from stacks.build.stores.cosmos import build_cosmos
from stacks.build.stores.messaging import build_messaging
from stacks.build.stores.postgresql import build_postgresql
from stacks.build.stores.redis import build_redis
from stacks.build.stores.storage import build_storage
from stacks.build.stores.vaults import build_vaults


def build_stores(site: Site) -> Mapping[str, pulumi.Output[str]]:
    """Register every store; returns what they produce for vaults, by the name that the plan gives it."""
    builds = (build_vaults, build_postgresql, build_cosmos, build_storage, build_redis, build_messaging)
    return {name: value for build in builds for name, value in build(site).items()}


__all__ = ["Site", "build_stores"]
