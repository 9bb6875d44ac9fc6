"""The need for a PostgreSQL database."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Variable, WantedSecret

SECRET = "postgres-connection-string"
"""The secret in a service's vault that holds the connection string of its own database (estate-core 6.2)."""


@dataclass(frozen=True)
class Database(Need):
    """A PostgreSQL database that the service owns, or that of another service which it uses."""

    name: str
    """The name of the database; each has one owner."""
    read_only: bool = False
    """Whether another service owns it and this one only reads."""
    rows_only: bool = False
    """Whether another service owns it and this one reads and writes rows, but makes no tables."""
    secret: str = ""
    """The secret that holds the connection string; empty: :data:`SECRET`, followed by the database where another
    service owns it."""
    url: bool = False
    """Whether the connection string is a URL, as libpq and Node.js take it, instead of the .NET form."""

    @property
    def owner(self) -> bool:
        """Whether the database is the service's own."""
        return not (self.read_only or self.rows_only)

    @property
    def owns(self) -> tuple[str, ...]:
        return (f"postgresql/{self.name}",) if self.owner else ()

    @property
    def uses(self) -> tuple[str, ...]:
        return () if self.owner else (f"postgresql/{self.name}",)

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
        name = self.secret or (SECRET if self.owner else f"{SECRET}-{self.name}")
        return (WantedSecret(name, "connection-string", self.product),)

    @property
    def variables(self) -> tuple[Variable, ...]:
        (secret,) = self.secrets
        own = "DATABASE_URL" if self.url else "ConnectionStrings__PostgreSQL"
        return (Variable(own if self.owner else f"{own}_{self.name}", secret=secret.name),)
