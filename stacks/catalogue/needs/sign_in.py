"""The needs to let people sign in, and to take calls that carry a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from stacks.catalogue.needs.base import Need, Variable, WantedSecret, from_vault

IDENTIFIER = "identifier"
"""The content type of a secret that is an id."""

PROVIDER_VALUES: Mapping[str, str] = {"client-id": IDENTIFIER, "client-secret": "client-secret"}
"""What a vault holds of an identity provider, with the content types."""


class Directory(StrEnum):
    """Whose accounts sign in."""

    WORKFORCE = "workforce"
    """People of the company, in the tenant of the subscription."""
    CONSUMERS = "consumers"
    """Customers, in an external tenant."""


@dataclass(frozen=True)
class _Names:
    """What an API reads of the directory whose accounts it takes: sections of Microsoft.Identity.Web."""

    section: str
    """The section of its configuration."""
    vault: Mapping[str, tuple[str, str]]
    """By setting: the secret that holds it, and its product."""
    known: Mapping[str, str]
    """By setting: the reference of what is no secret and no id."""


NAMES: Mapping[Directory, _Names] = {
    Directory.WORKFORCE: _Names(
        "AzureAd",
        {
            "TenantId": ("azure-ad-tenant-id", "entra/tenant"),
            "ClientId": ("azure-ad-client-id", "entra/client-id/{service}"),
        },
        {"Instance": "entra/instance"},
    ),
    # The section and its settings are those of the live service (phoenixvc/Mystira.App: src/Mystira.App.Api).
    Directory.CONSUMERS: _Names(
        "MicrosoftEntraExternalId",
        {
            "TenantId": ("external-id-tenant-id", "external-id/tenant"),
            "ClientId": ("external-id-client-id", "external-id/client-id/{service}"),
            "Authority": ("external-id-authority", "external-id/authority"),
        },
        {"Instance": "external-id/instance", "Domain": "external-id/domain"},
    ),
}


@dataclass(frozen=True)
class Scope:
    """What a client may do on behalf of who has signed in."""

    value: str
    """What a token names: ``Admin.Read``."""
    title: str
    """Its name for who consents."""
    description: str
    """What it allows."""


@dataclass(frozen=True)
class Role:
    """What somebody may do who is in a group."""

    value: str
    """What a token names, and the key in ``entra.role_groups``: ``SuperAdmin``."""
    title: str
    """Its name for who assigns it."""
    description: str
    """What it allows."""
    group: str
    """The last part of the name of the group that has it: ``superadmins`` in mystira-dev-superadmins."""


@dataclass(frozen=True)
class TakesTokens(Need):
    """An API that people call after a login: an application with scopes and roles."""

    title: str
    """The application's name, between the platform's and the environment's: ``Admin API``."""
    name: str
    """The last part of its identifier URI, before the environment: ``mystira-admin-api``."""
    directory: Directory
    """Whose accounts it takes."""
    scopes: tuple[Scope, ...]
    """What its clients may do."""
    roles: tuple[Role, ...] = ()
    """What its users may do; none: everybody may do the same."""
    claims: tuple[str, ...] = ()
    """Optional claims in its tokens: ``email``."""
    published: tuple[tuple[str, str], ...] = ()
    """The secrets that its vault holds in addition to ids of the service itself: name to product."""
    providers: tuple[str, ...] = ()
    """The identity providers of customers whose client id and secret its vault holds, where the settings have them:
    keys of ``mystira:external_id`` such as ``google``."""

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        """The tenant, the application and its clients (S3-091, S3-025), and what is held of providers (S3-134)."""
        ids = dict(NAMES[self.directory].vault.values())
        held = [(f"{each}-{what}", content) for each in self.providers for what, content in PROVIDER_VALUES.items()]
        return (
            *(WantedSecret(name, IDENTIFIER, product) for name, product in ids.items()),
            *(WantedSecret(name, IDENTIFIER, product, read_by_app=True) for name, product in self.published),
            *(WantedSecret(name, content, f"external-id/{name}", read_by_app=True) for name, content in held),
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        names = NAMES[self.directory]
        ids = {secret: f"{names.section}__{setting}" for setting, (secret, _) in names.vault.items()}
        return (
            *(Variable(f"{names.section}__{setting}", known=known) for setting, known in names.known.items()),
            *from_vault(self.secrets, ids),
        )


@dataclass(frozen=True)
class SignsIn(Need):
    """A site in which people sign in and which calls an API with their token: a single-page application."""

    identity = False

    title: str
    """The application's name, between the platform's and the environment's: ``Admin UI``."""
    endpoint: str
    """The endpoint of the service in whose browser page people sign in."""
    api: str
    """The key of the service whose API it calls, with all of its scopes."""
    graph: tuple[str, ...] = ()
    """The delegated permissions at Microsoft Graph that it asks for: keys of components/entra/graph.SCOPES."""
    access_claims: tuple[str, ...] = ()
    """Optional claims in its access tokens."""
    id_claims: tuple[str, ...] = ()
    """Optional claims in its ID tokens."""
    key: str = ""
    """The application's logical name; empty: the key of its service, which must not have another application."""


@dataclass(frozen=True)
class TakesCalls(Need):
    """Calls of other services, each with a token of its identity: an application with the one role ``Call``. Only
    services with the need ``Calls`` get one (S1-X07, S1-030)."""

    title: str
    """The application's name, between the platform's and the environment's: ``Chain``."""

    ROLE: ClassVar[str] = "Call"
    CLIENT: ClassVar[str] = "call-client-id"

    @property
    def secrets(self) -> tuple[WantedSecret, ...]:
        return (WantedSecret(self.CLIENT, IDENTIFIER, "entra/client-id/{service}"),)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What a token must be for, and who issues it. Tokens of version 2 name the client id as their audience."""
        return (
            Variable("CALL_AUTHORITY", known="entra/authority"),
            *from_vault(self.secrets, {self.CLIENT: "CALL_AUDIENCE"}),
        )
