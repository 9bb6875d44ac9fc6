"""The need for search."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Search(Need):
    """Search indexes."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("search",)
