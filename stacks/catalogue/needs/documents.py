"""The need for documents in Cosmos DB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, WantedSecret


@dataclass(frozen=True)
class Documents(Need):
    """The Cosmos DB database. Its data roles are Cosmos DB's own, not role assignments (stacks/parts/cosmos)."""

    PRODUCT: ClassVar[str] = "cosmos/connection-string"
    """The product that its part makes for the vault of a service."""

    read_only: bool = False
    """Whether the service only reads."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("cosmos",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("cosmos-connection-string", "connection-string", self.PRODUCT),)
