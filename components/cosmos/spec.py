"""What a Cosmos DB account consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class ContainerSpec:
    """A container of documents."""

    name: str
    """Its logical and its physical name."""
    partition_key: str
    """A path: ``/id``."""
    ttl_seconds: int | None
    """When documents expire; -1 lets each document decide, ``None``: never."""
    unique_keys: tuple[tuple[str, ...], ...]
    """Lists of paths whose values together are unique in a partition."""
    unindexed: tuple[str, ...]
    """Paths that no query filters or sorts by: ``/content/*``."""


@dataclass(frozen=True)
class DataRoleSpec:
    """One data role for one principal at the database, or at one of its containers."""

    key: str
    """Its logical name."""
    name: str
    """A GUID made from plain keys."""
    role: str
    """A key of ``facts.DATA_ROLES``."""
    principal: str
    """A key such as ``identity/app``, or the object id of somebody outside this program."""
    container: str = ""
    """The container at which it is granted; empty: the whole database."""


@dataclass(frozen=True)
class PeriodicBackupSpec:
    """A backup from time to time."""

    interval_minutes: int
    """Minutes from one to the next."""
    retention_hours: int
    """Hours for which one is kept."""
    redundancy: str
    """Geo, Zone or Local."""


@dataclass(frozen=True)
class CosmosSpec:
    """An account with one database."""

    name: str
    """Its physical name, unique in Azure."""
    locations: tuple[tuple[str, bool], ...]
    """Regions, each with whether its copies are spread over zones; the one that takes writes first."""
    maximum_throughput: int | None
    """The autoscale ceiling that all containers share, in RU/s; ``None``: serverless."""
    consistency: str
    """Azure's name for the default level: ``Session``."""
    backup_days: int
    """How far back a continuous backup reaches: 7 or 30."""
    periodic_backup: PeriodicBackupSpec | None
    """What a live account has in its place; ``None``: continuous backup."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet; empty: nobody."""
    local_auth: bool
    """Whether keys are accepted in addition to identities."""
    store_key: StoreKey
    """The key that the connection string carries."""
    read_only: bool
    """Whether the connection string carries a key that only reads."""
    database: str
    """The name of its database."""
    containers: tuple[ContainerSpec, ...]
    """The containers of that database."""
    roles: tuple[DataRoleSpec, ...]
    """Who may read or write its documents."""
    private_endpoint: str
    """Physical name of its private endpoint."""
