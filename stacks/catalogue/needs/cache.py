"""Redis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stacks.catalogue.needs.base import Need, WantedSecret

Purpose = Literal["cache", "locks", "queues"]
IRREPLACEABLE: frozenset[Purpose] = frozenset({"locks", "queues"})
"""What breaks when Redis forgets a key to make room; a cached value is only made again."""


@dataclass(frozen=True)
class Cache(Need):
    """Redis, and what for: a service logs in with its identity (``default`` is the only access policy there is)."""

    purposes: tuple[Purpose, ...] = ("cache",)

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("redis-connection-string", "connection-string", "redis/connection-string/{service}"),)
