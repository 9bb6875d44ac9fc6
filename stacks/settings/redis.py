"""What a stack file may say about Redis."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Text

Instance = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,11}$")]
"""Part of a resource's name."""


class Persistence(Section):
    """How the contents survive the loss of all nodes: a snapshot every 1, 6 or 12 hours, or a log of every write."""

    rdb_hours: Literal[1, 6, 12] | None = None
    aof: bool = Field(default=False, description="a log of every write, written once a second")


class RedisInstance(Section):
    """An instance of Azure Managed Redis. `sku` is a name of components/facts/redis."""

    sku: Text
    high_availability: bool = Field(default=True, description="a replica in another zone; cannot be switched off later")
    clustering: Literal["OSSCluster", "EnterpriseCluster", "NoCluster"] = Field(
        default="OSSCluster", description="how clients reach shards; only NoCluster can be changed later"
    )
    eviction: Literal[
        "NoEviction",
        "AllKeysLFU",
        "AllKeysLRU",
        "AllKeysRandom",
        "VolatileLFU",
        "VolatileLRU",
        "VolatileRandom",
        "VolatileTTL",
    ] = Field(default="NoEviction", description="what goes when memory is full; locks and queues need NoEviction")
    persistence: Persistence = Persistence()
    geo_replication_group: Annotated[str, Field(pattern=r"^([A-Za-z0-9]+(-[A-Za-z0-9]+)*)?$")] = Field(
        default="", description="the group of instances in several regions that this one founds; empty for none"
    )


class OwnInstance(RedisInstance):
    """An instance for some services only: who shares one sees everybody's keys."""

    services: tuple[Text, ...] = Field(min_length=1, strict=False, description="who uses it, and nobody else")


class Redis(RedisInstance):
    """The instance `core` of every service that uses Redis and has none of its own in `instances`."""

    public_access: bool = Field(default=False, description="off: reached through a private endpoint only")
    instances: dict[Instance, OwnInstance] = Field(default={}, description="further instances, by name")
