"""The need for files in the storage account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, Wanted, WantedSecret


@dataclass(frozen=True)
class Files(Need):
    """Blobs of the storage account.

    Browsers get them through the service: the account is private, so a signed URL would lead nowhere.
    """

    ENDPOINT: ClassVar[str] = "storage/endpoint"
    """The product for services that log in with their identity."""
    CONNECTION_STRING: ClassVar[str] = "storage/connection-string"
    """The product with a key."""

    containers: tuple[str, ...]
    """The names of the containers that it uses; the first takes what belongs in no other."""
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
        return tuple(Wanted(role, f"container/{name}") for name in self.containers)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (
            WantedSecret("storage-endpoint", "url", self.ENDPOINT),
            WantedSecret(
                "storage-connection-string",
                "connection-string",
                self.CONNECTION_STRING,
                key_of="storage",
                read_by_app=True,
            ),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (
            Variable("ConnectionStrings__AzureStorage", secret="storage-endpoint"),
            Variable("Azure__BlobStorage__ContainerName", literal=self.containers[0]),
        )
