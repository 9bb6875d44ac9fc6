"""What a stack file says about the storage account."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Cidr

Days = Annotated[int, Field(ge=1, le=99999)]
BlobContainerName = Annotated[str, Field(min_length=3, max_length=63, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class BlobContainer(Section):
    """A container and what happens to its blobs. Days grow from step to step; a step that is left out does not happen.

    Cool and cold blobs are read at once, a little dearer; archived ones only after hours.
    """

    anonymous: bool = Field(default=False, description="anybody may read its blobs; needs a waiver")
    cool_after_days: Days | None = Field(default=None, description="since the last access; an access brings it back")
    cold_after_days: Days | None = Field(default=None, description="since the last access")
    archive_after_days: Days | None = Field(default=None, description="since the last change; not where an app reads")
    delete_after_days: Days | None = Field(default=None, description="since the last change")


CONTAINERS: dict[str, BlobContainer] = {
    "mystira-app-media": BlobContainer(cool_after_days=30),
    "avatars": BlobContainer(cool_after_days=90),
    "audio": BlobContainer(cool_after_days=30),
    "content-bundles": BlobContainer(cool_after_days=14),
    "archives": BlobContainer(cold_after_days=7),
    "uploads": BlobContainer(delete_after_days=7),
}
"""The containers of the platform (estate core 4.5). The estate archives what is read (R10); this cools what is not, and
`archives` goes to the cold tier, because zone-redundant accounts have no archive tier."""


class Storage(Section):
    """The storage account of an environment: blobs only, private unless ranges are allowed."""

    sku: Literal["Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS"]
    infrastructure_encryption: bool = Field(default=True, description="a second layer; decided at creation for good")
    restore_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=7, description="how long deleted blobs and containers can be brought back"
    )
    version_days: Days = Field(default=30, description="how long earlier versions and snapshots are kept")
    change_feed_days: Annotated[int, Field(ge=1, le=146000)] | None = Field(
        default=None, description="how long the record of changes is kept; none for no record"
    )
    allowed_ranges: tuple[Cidr, ...] = Field(
        default=(), strict=False, description="public addresses that reach the account besides the private endpoint"
    )
    containers: dict[BlobContainerName, BlobContainer] = Field(default=CONTAINERS, min_length=1)
