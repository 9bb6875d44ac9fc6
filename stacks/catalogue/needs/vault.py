"""The need for a key vault."""

from __future__ import annotations

from dataclasses import dataclass

from stacks.catalogue.needs.base import Need, Variable, Wanted


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

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Where the vault is, and for who signs tokens: who issues them, for whom, with which key (A26)."""
        tokens = [
            Variable(f"JwtSettings__{name}", known=f"tokens/{{service}}/{key}/{part}")
            for key in self.signing_keys[:1]
            for name, part in (("Issuer", "issuer"), ("Audience", "audience"), ("KeyId", "key"))
        ]
        return (Variable("KEY_VAULT_URL", known="vault/{service}"), *tokens)
