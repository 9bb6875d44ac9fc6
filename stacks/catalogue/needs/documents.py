"""The need for documents in Cosmos DB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, WantedSecret


@dataclass(frozen=True)
class Documents(Need):
    """The Cosmos DB database. Its data roles are Cosmos DB's own, not role assignments (stacks/parts/cosmos)."""

    ENDPOINT: ClassVar[str] = "cosmos/endpoint"
    """The product for services that log in with their identity."""
    CONNECTION_STRING: ClassVar[str] = "cosmos/connection-string"
    """The product with a key."""
    DATABASE: ClassVar[str] = "cosmos/database"
    """The reference of the database's name."""

    read_only: bool = False
    """Whether the service only reads."""
    containers: tuple[str, ...] = ()
    """The containers that it writes; it reads all of them. Empty: it writes all of them."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("cosmos",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (
            WantedSecret("cosmos-endpoint", "url", self.ENDPOINT),
            WantedSecret(
                "cosmos-connection-string",
                "connection-string",
                self.CONNECTION_STRING,
                key_of="cosmos",
                read_by_app=True,
            ),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        return (
            Variable("ConnectionStrings__CosmosDb", secret="cosmos-endpoint"),
            Variable("Azure__CosmosDb__DatabaseName", known=self.DATABASE),
        )
