"""What a storage account consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.store_keys import StoreKey


@dataclass(frozen=True)
class BlobContainerSpec:
    """A container, and what happens to its blobs. A step whose days are ``None`` does not happen."""

    name: str
    """Its logical and its physical name."""
    anonymous: bool
    """Whether anybody may read its blobs."""
    cool_after_days: int | None
    """Since the last access."""
    cold_after_days: int | None
    """Since the last access."""
    archive_after_days: int | None
    """Since the last change."""
    delete_after_days: int | None
    """Since the last change."""


@dataclass(frozen=True)
class StorageSpec:
    """A general purpose v2 account."""

    name: str
    """Its physical name, unique in Azure."""
    sku: str
    """Standard_LRS, _ZRS, _GRS or _GZRS; the last two also with RA, for reading the copy."""
    infrastructure_encryption: bool
    """A second layer of encryption; chosen at creation."""
    restore_days: int
    """For how many days deleted blobs and containers can be restored: 1 to 365."""
    version_days: int
    """For how many days earlier versions and snapshots are kept."""
    change_feed_days: int | None
    """For how many days the change feed is kept; ``None``: no change feed."""
    public_access: bool
    """Whether it is reached from the internet."""
    allowed_ranges: tuple[str, ...]
    """Who reaches it from the internet while public access is on; empty: everybody."""
    local_auth: bool
    """Whether account keys, and what is signed with them, are accepted."""
    store_key: StoreKey
    """The key that the connection string carries."""
    containers: tuple[BlobContainerSpec, ...]
    """Its containers."""
    private_endpoint: str
    """Physical name of its private endpoint; empty: none."""
