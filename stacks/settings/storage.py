"""The settings of the storage account."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr

Days = Annotated[int, Field(ge=1, le=99999)]
BlobContainerName = Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class BlobContainer(Section):
    """A blob container, and what happens to its blobs with age. Each step comes later than the one before it.

    Blobs in the cool and cold tiers are read at once, at a slightly higher price; archived ones only after hours.
    """

    anonymous: bool = False
    """Whether anybody may read its blobs without logging in, which needs a waiver."""
    cool_after_days: Days | None = None
    """Days since the last access after which a blob moves to the cool tier; an access brings it back. Left out:
    never."""
    cold_after_days: Days | None = None
    """Days since the last access after which a blob moves to the cold tier. Left out: never."""
    archive_after_days: Days | None = None
    """Days since the last change after which a blob is archived, not where a service reads. Left out: never."""
    delete_after_days: Days | None = None
    """Days since the last change after which a blob is deleted, those that are there already included. Left out:
    never."""


CONTAINERS: dict[str, BlobContainer] = {
    "mystira-app-media": BlobContainer(cool_after_days=30),
    "avatars": BlobContainer(cool_after_days=90),
    "audio": BlobContainer(cool_after_days=30),
    "content-bundles": BlobContainer(cool_after_days=14),
    "archives": BlobContainer(cold_after_days=7),
    "uploads": BlobContainer(delete_after_days=7),
    "training-data": BlobContainer(cool_after_days=30, delete_after_days=365),
}
"""The containers of the platform (estate core 4.5), and one for what models learn from (S2-X16), which is about people
and so does not stay. Where the estate archives what is not read (R10), these cool it;
`archives` goes to the cold tier, because zone-redundant accounts have no archive tier."""


class Storage(Section):
    """The storage account of an environment, for blobs only."""

    sku: Literal["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS"]
    """The redundancy. ZRS needs a region with zones; LRS, GRS and RAGRS alone have an archive tier."""
    infrastructure_encryption: bool = True
    """Whether data is encrypted a second time. It cannot change later."""
    restore_days: Annotated[int, Field(ge=1, le=365)] = 7
    """How long deleted blobs and containers can be restored, 1 to 365 days."""
    version_days: Days = 30
    """How long earlier versions and snapshots are kept, in days."""
    change_feed_days: Annotated[int, Field(ge=1, le=146000)] | None = None
    """How long the change feed is kept, in days. Left out: there is none."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges, /30 or larger, or single addresses that reach the account in addition to the private endpoint,
    which needs a waiver."""
    containers: dict[BlobContainerName, BlobContainer] = Field(default=CONTAINERS, min_length=1)
    """The containers, by name; at least one. Left out: those of the platform."""
