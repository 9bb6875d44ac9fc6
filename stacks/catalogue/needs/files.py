"""The need for files in the storage account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret


@dataclass(frozen=True)
class Files(Need):
    """Blobs of the storage account.

    URLs for browsers are signed with a user delegation key, which the account issues to the identity (Microsoft: Create
    a user delegation SAS).
    """

    PRODUCT: ClassVar[str] = "storage/connection-string"
    """The product that its part makes for the vault of a service."""

    containers: tuple[str, ...]
    """The names of the containers that it uses."""
    put_away: tuple[str, ...] = ()
    """Those of them that it writes and hardly ever reads, so that their blobs may be archived."""
    read_only: bool = False
    """Whether the service only reads."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("blob",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        role = "blob-reader" if self.read_only else "blob-contributor"
        return (*(Wanted(role, f"container/{name}") for name in self.containers), Wanted("blob-delegator", "storage"))

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("storage-connection-string", "connection-string", self.PRODUCT),)
