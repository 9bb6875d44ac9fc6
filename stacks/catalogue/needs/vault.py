"""The need for a key vault."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Wanted


@dataclass(frozen=True)
class Vault(Need):
    """A key vault for the service alone, whose secrets it reads."""

    signing_keys: tuple[str, ...] = ()
    """The names of the keys with which it signs and verifies tokens."""

    @property
    def zones(self) -> tuple[str, ...]:
        return ("vault",)

    @property
    def parts(self) -> tuple[str, ...]:
        return ("key-vault",)

    @property
    def keys(self) -> tuple[str, ...]:
        return self.signing_keys

    @property
    def grants(self) -> tuple[Wanted, ...]:
        keys = (Wanted("key-vault-crypto-user", f"key/{{service}}/{key}") for key in self.signing_keys)
        return (Wanted("key-vault-secrets-user", "vault/{service}"), *keys)
