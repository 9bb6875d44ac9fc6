"""Documents in Cosmos DB."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Documents(Need):
    """The Cosmos DB database."""

    read_only: bool = False

    @property
    def zones(self) -> tuple[str, ...]:
        return ("cosmos",)
