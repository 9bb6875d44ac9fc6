"""The need to reach the internet."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Outside(Need):
    """Connections to the internet, such as those of a peer-to-peer network."""

    ports: tuple[str, ...]
    """The destination ports with their protocols: ``443/TCP``."""

    @property
    def outside(self) -> tuple[str, ...]:
        return self.ports
