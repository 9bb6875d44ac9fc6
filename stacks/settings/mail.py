"""The settings of mail."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Domain, word

DataLocation = Annotated[str, Field(min_length=1), word("data location")]


class MailDomain(Section):
    """The platform's own domain to send from."""

    name: Domain
    """The domain, such as mail.mystira.app: below that of the platform, or that itself, which has one SPF record for
    everybody who sends from it."""
    verified: bool = False
    """Whether Azure has verified it (`mystira verify-email`). Mail comes from it instead of from Azure's own domain."""


class Mail(Section):
    """Sending mail, for all environments."""

    data_location: DataLocation = "Africa"
    """Where mail is kept at rest, such as Africa or Europe. It cannot change later."""
    domain: MailDomain | None = None
    """The platform's own domain to send from. Left out: mail comes from a domain of Azure."""
