"""What sending mail consists of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CustomDomainSpec:
    """The platform's own domain to send from."""

    name: str
    """The domain, such as ``mail.mystira.app``."""
    verified: bool
    """Whether Azure has verified it: the service sends from it instead of from Azure's own domain."""


@dataclass(frozen=True)
class MailSpec:
    """A communication service, and the domains that it can send from."""

    name: str
    """Physical name of the communication service."""
    email_service: str
    """Physical name of the e-mail service, which holds the domains."""
    data_location: str
    """Where both keep data at rest, such as ``Africa``. It cannot change later."""
    domain: CustomDomainSpec | None = None
    """The platform's own domain; none: mail comes from Azure's own domain."""
