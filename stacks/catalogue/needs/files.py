"""Files in the storage account."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Wanted, WantedSecret


@dataclass(frozen=True)
class Files(Need):
    """Blobs of the storage account, in these containers; ``put_away`` are those that it fills and hardly ever reads.

    What a browser fetches or uploads is signed with the identity's own delegation key, which is asked of the account
    (Microsoft: Create a user delegation SAS).
    """

    containers: tuple[str, ...]
    put_away: tuple[str, ...] = ()
    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("blob",)

    @property
    def grants(self) -> tuple[Wanted, ...]:
        role = "blob-reader" if self.read_only else "blob-contributor"
        return (*(Wanted(role, f"container/{name}") for name in self.containers), Wanted("blob-delegator", "storage"))

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("storage-connection-string", "connection-string", "storage/connection-string"),)
