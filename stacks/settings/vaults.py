"""Key vaults and the terms of what they hold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.facts.store_keys import StoreKey
from stacks.settings.section import Section
from stacks.settings.types import Cidr, Text


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError('a day in quotes, for example "2027-05-31"') from None


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
MaximumAge = Annotated[int, Field(ge=1, le=730)]


class SigningKeys(Section):
    """Keys that sign tokens: a new version every `rotate_after_days`; each ends after `expire_after_days`."""

    bits: Literal[2048, 3072, 4096] = 3072
    rotate_after_days: Annotated[int, Field(ge=7, le=730)] = 90
    expire_after_days: Annotated[int, Field(ge=28, le=1095)] = 180


class Vaults(Section):
    """The vault of each service that needs one. Only roles open it.

    `soft_delete_days` is fixed at creation, `purge_protection` cannot be taken back. Services come through the private
    endpoint; `public_access` is a second door for people, behind `allowed_ranges`.
    """

    soft_delete_days: Annotated[int, Field(ge=7, le=90)] = 90
    purge_protection: bool = True
    private_endpoint: bool = True
    public_access: bool = False
    allowed_ranges: tuple[Cidr, ...] = Field(default=(), strict=False, description="who reaches a public vault")
    signing_keys: SigningKeys = SigningKeys()
    recover: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="services whose deleted vault comes back in this one run (docs/runbooks/secrets.md)",
    )


class SecretTerms(Section):
    """Other terms for one secret; what is not said is as for all."""

    expires_on: Day | None = None
    maximum_age_days: MaximumAge | None = None
    owner: Text | None = None


class Secrets(Section):
    """The terms of every secret: the day it ends (UTC), how old its value may become, who renews it.

    `key` is the key of every store that connection strings carry where `local_auth` is on: the other one may be made
    anew meanwhile. `overrides` says otherwise for one secret, by `<service>/<secret>`.
    """

    expires_on: Day
    maximum_age_days: MaximumAge
    owner: Text
    key: StoreKey = Field(default="primary", description="the key in use; local_auth on (docs/runbooks/secrets.md)")
    overrides: dict[str, SecretTerms] = Field(default={})
