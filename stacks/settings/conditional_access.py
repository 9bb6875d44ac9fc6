"""The settings of Conditional Access: what a sign-in to the administration takes besides a password."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Guid

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class ConditionalAccess(Section):
    """Policies for the role groups at the applications of the administration (docs/runbooks/identity.md). They take
    Entra ID P1, and security defaults that are off."""

    state: Literal["on", "report-only", "off"] = "report-only"
    """on: enforced. report-only: sign-in logs say what would have happened. off: there are no policies, which needs a
    waiver. on and off in quotes, because YAML reads them without as true and false."""
    break_glass_group: Guid | None = None
    """The object id of the group whose members no policy stops, a GUID: emergency accounts, and no group that has a
    role. Needed unless the state is off."""
    sign_in_hours: Annotated[int, Field(ge=1, le=23)] = 8
    """After how many hours people sign in again, 1 to 23."""
    strength: Literal["mfa", "phishing-resistant"] = "mfa"
    """What a sign-in takes. mfa: a second factor of any kind. phishing-resistant: a passkey, a security key, Windows
    Hello or a certificate."""
    countries: tuple[Country, ...] = Field(default=(), strict=False)
    """The countries from which people may sign in, as two capital letters (ISO 3166-1), such as ZA. Left out: from
    everywhere."""
