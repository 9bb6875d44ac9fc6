"""The need to follow the move from Cosmos DB to PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable


@dataclass(frozen=True)
class Migration(Need):
    """The service reads and writes what moves from Cosmos DB to PostgreSQL, where the phase says (S2-024)."""

    PHASE: ClassVar[str] = "migration/phase"
    """The reference of the phase's number, 0 to 3."""
    ENABLED: ClassVar[str] = "migration/enabled"
    """The reference of whether anything has moved."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """A slot that waits for its swap moves nothing: two copies at work would write the same rows."""
        return (
            Variable("DataMigration__Phase", known=self.PHASE),
            Variable("DataMigration__Enabled", known=self.ENABLED, slot="false"),
        )
