"""What an instance of Azure Managed Redis consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class RedisSpec:
    """An instance with its one database (Microsoft: What is Azure Managed Redis?).

    Zones are Azure's own choice: it refuses them as an input and spreads replicas over them.
    """

    key: str
    """Its logical name: ``core``."""
    name: str
    """Its physical name."""
    sku: str
    """A key of ``facts.REDIS_SKUS``."""
    high_availability: bool
    """Whether it has a replica."""
    clustering: str
    """OSSCluster, EnterpriseCluster or NoCluster."""
    eviction: str
    """Which keys are evicted when memory is full, in Azure's words: ``NoEviction``."""
    persistence: str
    """``aof``: a log, written once a second; ``rdb``: snapshots; empty: none."""
    rdb_hours: int
    """Hours between snapshots: 1, 6 or 12; 0 without them."""
    geo_replication_group: str
    """The group of instances in several regions that this one founds; empty: none."""
    access_keys: bool
    """Whether keys are accepted in addition to identities."""
    store_key: StoreKey
    """The key that the connection string carries where keys are accepted."""
    consumers: Mapping[str, str]
    """By service: the name of its access policy assignment."""
    private_endpoint: str
    """Physical name of its private endpoint; empty: reached from the internet."""
