"""Redis."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Cache(Need):
    """Redis."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)
