"""Key vaults."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need


@dataclass(frozen=True)
class Vault(Need):
    """A key vault of its own."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("vault",)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("key-vault",)
