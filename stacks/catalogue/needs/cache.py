"""The need for Redis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from stacks.catalogue.needs.base import Need, WantedSecret

Purpose = Literal["cache", "locks", "queues"]
IRREPLACEABLE: frozenset[Purpose] = frozenset({"locks", "queues"})
"""What breaks when Redis evicts a key; a cached value is merely computed again."""


@dataclass(frozen=True)
class Cache(Need):
    """Redis. A service logs in with its identity; ``default`` is the only access policy that Azure offers."""

    PRODUCT: ClassVar[str] = "redis/connection-string/{service}"
    """The product that its part makes for the vault of a service."""

    purposes: tuple[Purpose, ...] = ("cache",)
    """What the service keeps there; :data:`IRREPLACEABLE` ones rule out eviction."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret("redis-connection-string", "connection-string", self.PRODUCT),)
