"""Calling another service."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Calls(Need):
    """HTTP or RPC to another service."""

    service: str

    @property
    def calls(self) -> tuple[str, ...]:
        return (self.service,)
