"""PostgreSQL databases."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret

SECRET = "postgres-connection-string"
"""What a service's own database is called in its vault (estate-core 6.2)."""


@dataclass(frozen=True)
class Database(Need):
    """A PostgreSQL database of its own, or, ``read_only``, one that another service owns.

    ``secret`` is the name under which the vault holds how to get there; by default :data:`SECRET`, with the name of the
    database behind it where it is read only. ``url`` asks for the form of libpq and Node.js instead of .NET's.
    """

    name: str
    read_only: bool = False
    secret: str = ""
    url: bool = False

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
        """What produces the way there; ``{service}`` stands for the key of the service."""
        form = "url" if self.url else "connection-string"
        return f"postgresql/{form}/{{service}}/{self.name}"

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        name = self.secret or (f"{SECRET}-{self.name}" if self.read_only else SECRET)
        return (WantedSecret(name, "connection-string", self.product),)
