"""What each phase reads and writes (S2-037)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stacks.settings.migration import Phase

Store = Literal["cosmos", "postgresql"]


@dataclass(frozen=True)
class Placement:
    """Where one kind of data is."""

    read: Store
    """The store that answers."""
    written: tuple[Store, ...]
    """The stores that every change goes to."""


PHASES: Mapping[Phase, Placement] = {
    "CosmosOnly": Placement("cosmos", ("cosmos",)),
    "DualWriteCosmosRead": Placement("cosmos", ("cosmos", "postgresql")),
    "DualWritePostgresRead": Placement("postgresql", ("cosmos", "postgresql")),
    "PostgresOnly": Placement("postgresql", ("postgresql",)),
}
"""In their order: the services know them by their numbers, 0 to 3."""

ORDER: tuple[Phase, ...] = tuple(PHASES)
STAYS = PHASES["CosmosOnly"]
"""Data that does not move."""
