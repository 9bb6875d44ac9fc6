"""The settings of Cosmos DB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr, Guid, Text

JsonPath = Annotated[str, Field(pattern=r"^/[^/\"'*?#]+(/[^/\"'*?#]+)*$")]
Paths = Annotated[tuple[JsonPath, ...], Field(min_length=1, strict=False)]
IndexPath = Annotated[str, Field(pattern=r"^/.*[*?]$")]
ContainerName = Annotated[str, Field(pattern=r"^[^/\\#? ]{1,255}$")]
DatabaseName = Annotated[str, Field(pattern=r"^[^/\\#?]{0,254}[^/\\#? ]$")]


class DocumentContainer(Section):
    """A container of documents."""

    partition_key: JsonPath
    """The path whose value decides where a document is stored, such as /accountId. It cannot change later: make a
    container of another name and move the documents."""
    ttl_seconds: Annotated[int, Field(ge=-1, le=2147483647)] | None = None
    """Seconds after its last change at which a document is deleted, those that are there already included; -1: only
    documents that say so themselves. Left out: never."""
    unique_keys: tuple[Paths, ...] = Field(default=(), strict=False)
    """Lists of paths whose values together are unique in a partition. They cannot change later."""
    unindexed: tuple[IndexPath, ...] = Field(default=(), strict=False)
    """Paths that no query uses, such as /content/*, so that writing them costs less."""


def _by(partition_key: str, *names: str) -> Mapping[str, DocumentContainer]:
    return {name: DocumentContainer(partition_key=partition_key) for name in names}


CONTAINERS: dict[str, DocumentContainer] = {
    **_by("/id", "UserProfiles", "Accounts", "Scenarios", "ContentBundles", "CompassTrackings"),
    **_by("/accountId", "GameSessions"),
    **_by("/email", "PendingSignups"),
}
"""The containers of the platform (estate core 4.4), in every environment that lists none."""


class PeriodicBackup(Section):
    """A backup from time to time, which only Azure's support restores."""

    interval_minutes: Annotated[int, Field(ge=60, le=1440)] = 240
    """Minutes from one backup to the next, 60 to 1440."""
    retention_hours: Annotated[int, Field(ge=8, le=720)] = 8
    """Hours for which a backup is kept, 8 to 720."""
    redundancy: Literal["Geo", "Zone", "Local"] = "Geo"
    """Where copies of a backup are: in the paired region, in the zones of the region, in one place."""


class Cosmos(Section):
    """The Cosmos DB account (C01)."""

    lifecycle: Literal["active", "archive", "removed"] = "active"
    """active: services read and write. archive: services only read, and the account is kept. removed: the account is
    deleted and no service receives its address. docs/runbooks/cosmos.md describes the steps from one to the next."""
    database: DatabaseName
    """The name of the database, at most 255 characters without slashes, # and ?, and no space at its end. It cannot
    change later."""
    capacity: Literal["serverless", "autoscale"]
    """How throughput is paid: per request, or up to `maximum_throughput`. It cannot change later."""
    maximum_throughput: int | None = None
    """The most that all containers together may use, in RU/s, a multiple of 1000; autoscale only, and required
    there."""
    consistency: Literal["Strong", "BoundedStaleness", "Session", "ConsistentPrefix", "Eventual"] = "Session"
    """The default consistency level. Session: a client always reads what it wrote."""
    zone_redundant: bool = False
    """Whether copies are kept in several zones of each region that has zones."""
    replicate: bool = False
    """Whether the secondary region has a copy, to read from and to fail over to; autoscale only."""
    backup_days: Literal[7, 30] = 7
    """How many days back the account can be restored: continuous backup."""
    periodic_backup: PeriodicBackup | None = None
    """The backup that a live account has had until now. While it is here, the account keeps it and needs a waiver;
    without it, the account gets the continuous backup, which Azure changes alone and never takes back. A new account
    has none."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach the account in addition to the private endpoint, which needs a waiver."""
    containers: dict[ContainerName, DocumentContainer] = Field(default=CONTAINERS, min_length=1)
    """The containers, by name; at least one. Left out: those of the platform."""
    readers: dict[Text, Guid] = Field(default={})
    """Principals outside this program that may read, such as the export: a name of your choice to object id."""
    export_container: Text | None = None
    """The blob container that exported documents go to; required when `lifecycle` is archive or removed."""
