"""PostgreSQL databases."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Database(Need):
    """A PostgreSQL database of its own, or, ``read_only``, one that another service owns."""

    name: str
    read_only: bool = False

    @property
    def owns(self) -> tuple[str, ...]:
        return () if self.read_only else (f"postgresql/{self.name}",)

    @property
    def uses(self) -> tuple[str, ...]:
        return (f"postgresql/{self.name}",) if self.read_only else ()

    @property
    def zones(self) -> tuple[str, ...]:
        return ("postgresql",)
