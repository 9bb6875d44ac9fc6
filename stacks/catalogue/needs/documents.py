"""Documents in Cosmos DB."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret


@dataclass(frozen=True)
class Documents(Need):
    """The Cosmos DB database. Its data roles are no role assignments of Azure's own (stacks/plan/stores/cosmos)."""

    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("cosmos",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("cosmos-connection-string", "connection-string", "cosmos/connection-string"),)
