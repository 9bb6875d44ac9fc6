"""The settings of key vaults and of the secrets in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from components.facts.store_keys import StoreKey
from stacks.settings.section import Section
from stacks.settings.types import Cidr, Day, ServiceKey, TagValue, word

MaximumAge = Annotated[int, Field(ge=1, le=730)]


class SigningKeys(Section):
    """Keys that sign tokens, and how they rotate."""

    bits: Literal[2048, 3072, 4096] = 3072
    """The length of an RSA key."""
    rotate_after_days: Annotated[int, Field(ge=7, le=730)] = 90
    """Days after which a new version is made, 7 to 730, and at least 7 fewer than `expire_after_days`."""
    expire_after_days: Annotated[int, Field(ge=28, le=1095)] = 180
    """Days after which a version expires, 28 to 1095."""


class Vaults(Section):
    """The key vaults, one for each service that needs one. Only roles give access, never access policies."""

    soft_delete_days: Annotated[int, Field(ge=7, le=90)] = 90
    """How long a deleted vault or secret can be recovered, 7 to 90 days. It cannot change later."""
    purge_protection: bool = True
    """Whether deleted vaults and secrets stay recoverable for all these days; off needs a waiver. Once on, it stays
    on."""
    private_endpoint: bool = True
    """Whether services reach the vaults through a private endpoint."""
    public_access: bool = False
    """Whether people outside the network reach the vaults as well, from `allowed_ranges`."""
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False)
    """The public ranges that reach the vaults when `public_access` is on."""
    signing_keys: SigningKeys = SigningKeys()
    """Keys that sign tokens, and how they rotate."""
    recover: tuple[ServiceKey, ...] = Field(default=(), strict=False)
    """Services whose deleted vault is recovered instead of created, for one run (docs/runbooks/secrets.md)."""


class SecretTerms(Section):
    """Terms of one secret that differ from those of all."""

    expires_on: Day | None = None
    """The day on which it expires (UTC), in quotes. Left out: as for all secrets."""
    maximum_age_days: MaximumAge | None = None
    """How old its value may become, 1 to 730 days. Left out: as for all secrets."""
    owner: TagValue | None = None
    """Who renews it. Left out: as for all secrets."""
    in_vault: bool = False
    """Whether its owner sets the value in the vault, so that this program neither knows nor writes it; only for a
    secret from outside (docs/how-to/add-a-secret.md)."""


class Secrets(Section):
    """The terms of all secrets."""

    expires_on: Day
    """The day on which they expire (UTC), in quotes, such as "2027-05-31"."""
    maximum_age_days: MaximumAge
    """How old a value may become before it is due for renewal, 1 to 730 days."""
    owner: TagValue
    """Who renews them, a team."""
    key: StoreKey = "primary"
    """Which of a store's two access keys is in the connection strings, so that the other one can be regenerated; only
    where `local_auth` lists a store that has them (docs/runbooks/secrets.md)."""
    overrides: dict[Annotated[str, word("secret")], SecretTerms] = Field(default={})
    """Terms of single secrets, by service/secret."""
