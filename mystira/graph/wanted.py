"""What an external tenant should have besides what Pulumi makes, as plain data from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.parts.entra.applications import TITLE
from stacks.settings.external_id import ExternalId

WELL_KNOWN = "/.well-known/openid-configuration"
"""Where an issuer has its metadata (OpenID Connect Discovery 1.0, section 4)."""


@dataclass(frozen=True)
class Bridge:
    """A custom OpenID Connect provider."""

    name: str
    """Its display name, by which it is found again and which people see on the sign-in page."""
    client_id: str
    issuer: str

    @property
    def metadata(self) -> str:
        """Where its metadata is."""
        return self.issuer.removesuffix("/") + WELL_KNOWN


@dataclass(frozen=True)
class Wanted:
    """What an external tenant should have."""

    application: str
    """The display name of the application that people sign in to."""
    flow: str
    """The display name of the user flow, which is unique in a tenant."""
    google_client_id: str | None
    bridge: Bridge | None
    branding: Mapping[str, str]
    """The texts of the sign-in page, by property of organizationalBranding."""


def wanted_of(settings: ExternalId, environment: str, label: str, application: str) -> Wanted:
    """What the settings of an environment ask for; ``label`` is that of the stack, ``application`` a display name."""
    discord = settings.discord
    return Wanted(
        application=application,
        flow=f"{TITLE} sign-up and sign-in ({label})",
        google_client_id=settings.google.client_id if settings.google else None,
        bridge=Bridge("Discord", discord.client_id, discord.issuer) if discord and discord.issuer else None,
        branding={
            "signInPageText": f"Welcome to {TITLE}." if environment == "prod" else f"{TITLE} {environment}: for tests.",
            "usernameHintText": "E-mail address",
        },
    )
