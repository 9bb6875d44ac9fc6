"""The need for a PostgreSQL database."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret

SECRET = "postgres-connection-string"
"""The secret in a service's vault that holds the connection string of its own database (estate-core 6.2)."""


@dataclass(frozen=True)
class Database(Need):
    """A PostgreSQL database that the service owns, or reads from another service."""

    name: str
    """The name of the database; each has one owner."""
    read_only: bool = False
    """Whether another service owns it and this one only reads."""
    secret: str = ""
    """The secret that holds the connection string; empty: :data:`SECRET`, followed by the database where it is read
    only."""
    url: bool = False
    """Whether the connection string is a URL, as libpq and Node.js take it, instead of the .NET form."""

    @property
    def owns(self) -> tuple[str, ...]:
        return () if self.read_only else (f"postgresql/{self.name}",)

    @property
    def uses(self) -> tuple[str, ...]:
        return (f"postgresql/{self.name}",) if self.read_only else ()

    @property
    def zones(self) -> tuple[str, ...]:
        return ("postgresql",)

    @property
    def product(self) -> str:
        """The product that is the connection string; ``{service}`` stands for the key of the service."""
        form = "url" if self.url else "connection-string"
        return f"postgresql/{form}/{{service}}/{self.name}"

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        name = self.secret or (f"{SECRET}-{self.name}" if self.read_only else SECRET)
        return (WantedSecret(name, "connection-string", self.product),)
