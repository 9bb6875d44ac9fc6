"""What a set of records in a public DNS zone consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordSetSpec:
    """All records of one name and type, without their values."""

    name: str
    """Its name below the zone, such as ``mail``; ``@`` is the zone itself."""
    type: str
    """One of :data:`components.dns.facts.RECORD_TYPES`."""
    ttl: int
    """For how many seconds resolvers keep it."""

    @property
    def key(self) -> str:
        """Its logical name: ``txt-mail``."""
        return f"{self.type.lower()}-{self.name}"
