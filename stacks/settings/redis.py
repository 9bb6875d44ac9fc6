"""The settings of Azure Managed Redis."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import ServiceKey, word

Instance = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,11}$")]
"""Part of a resource's name."""


class Persistence(Section):
    """What survives the loss of all nodes: at most one of the two."""

    rdb_hours: Literal[1, 6, 12] | None = None
    """Hours between snapshots; what came after the last one is lost. Left out: no snapshots."""
    aof: bool = False
    """Whether a log of every write is kept, flushed once a second."""


class RedisInstance(Section):
    """An instance of Azure Managed Redis."""

    sku: Annotated[str, Field(min_length=1), word("Redis SKU")]
    """The SKU, such as Balanced_B3: what memory is for, and how much of it."""
    high_availability: bool = True
    """Whether a replica is kept in another zone. It cannot be switched off later."""
    clustering: Literal["OSSCluster", "EnterpriseCluster", "NoCluster"] = "OSSCluster"
    """How clients reach the shards. Only NoCluster can change later."""
    eviction: Literal[
        "NoEviction",
        "AllKeysLFU",
        "AllKeysLRU",
        "AllKeysRandom",
        "VolatileLFU",
        "VolatileLRU",
        "VolatileRandom",
        "VolatileTTL",
    ] = "NoEviction"
    """Which keys are evicted when memory is full. Locks and queues need NoEviction."""
    persistence: Persistence = Persistence()
    """What survives the loss of all nodes."""
    geo_replication_group: Annotated[str, Field(pattern=r"^([A-Za-z0-9]+(-[A-Za-z0-9]+)*)?$")] = ""
    """The active geo-replication group that this instance creates, across regions; empty: none. It cannot change
    later."""


class OwnInstance(RedisInstance):
    """An instance of some services only: services that share one can read each other's keys."""

    services: tuple[ServiceKey, ...] = Field(min_length=1, strict=False)
    """The services that use it; no other does, and they use no other."""


class Redis(RedisInstance):
    """The instance `core`, for every service that uses Redis and is not listed in `instances`."""

    public_access: bool = False
    """Whether it is open to the internet instead of reached through a private endpoint, which needs a waiver."""
    instances: dict[Instance, OwnInstance] = Field(default={})
    """Further instances, by name: up to 12 lower-case letters and digits."""
