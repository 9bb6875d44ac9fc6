"""The need for a secret that somebody outside hands out."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, WantedSecret

PREFIX = "external/"
"""What the products begin with whose value no part makes."""


@dataclass(frozen=True)
class External(Need):
    """A key or token of another company. Nobody can generate it: a person sets it (docs/how-to/add-a-secret.md)."""

    name: str
    """Its name in the vault: ``stripe-api-key``. Services that name the same one get the same value."""
    content_type: str = "api-key"
    """What the value is."""

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret(self.name, self.content_type, f"{PREFIX}{self.name}", read_by_app=True),)
