"""The need for Redis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from stacks.catalogue.needs.base import Need, Variable, WantedSecret

Purpose = Literal["cache", "locks", "queues"]
IRREPLACEABLE: frozenset[Purpose] = frozenset({"locks", "queues"})
"""What breaks when Redis evicts a key; a cached value is merely computed again."""


@dataclass(frozen=True)
class Cache(Need):
    """Redis. A service logs in with its identity; ``default`` is the only access policy that Azure offers."""

    ENDPOINT: ClassVar[str] = "redis/endpoint/{service}"
    """The product for services that log in with their identity: host and port of the instance that they use."""
    CONNECTION_STRING: ClassVar[str] = "redis/connection-string/{service}"
    """The product with a key."""

    purposes: tuple[Purpose, ...] = ("cache",)
    """What the service keeps there; :data:`IRREPLACEABLE` ones rule out eviction."""
    of: str = ""
    """The service whose keys it works on, in whichever instance they are; empty: its own."""

    @property
    def endpoint(self) -> str:
        """The product that is the endpoint; ``{service}`` stands for the key of the service."""
        return f"{self.ENDPOINT}/{self.of}" if self.of else self.ENDPOINT

    @property
    def connection_string(self) -> str:
        """The product that has a key."""
        return f"{self.CONNECTION_STRING}/{self.of}" if self.of else self.CONNECTION_STRING

    @property
    def zones(self) -> tuple[str, ...]:
        return ("redis",)

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        suffix = f"-{self.of}" if self.of else ""
        return (
            WantedSecret(f"redis-endpoint{suffix}", "host", self.endpoint),
            WantedSecret(
                f"redis-connection-string{suffix}",
                "connection-string",
                self.connection_string,
                key_of="redis",
                read_by_app=True,
            ),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        suffix = f"_{self.of}" if self.of else ""
        secret = f"redis-endpoint-{self.of}" if self.of else "redis-endpoint"
        return (Variable(f"ConnectionStrings__Redis{suffix}", secret=secret),)
