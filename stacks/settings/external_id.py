"""The settings of the external tenant, in which customers sign up and sign in (Microsoft Entra External ID)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Guid, Issuer, Label, Port, Text

SUBDOMAINS: Mapping[str, str] = {"dev": "mystiradev", "staging": "mystirastaging", "prod": "mystira"}
"""The subdomain of the external tenant of each environment (estate core, tenants of the External ID module)."""

PROVIDERS = ("google", "discord")
"""The identity providers that the settings may have, each with a client id and a client secret."""

LOCALHOST_PORTS: Mapping[str, tuple[int, ...]] = {"dev": (3000, 5173, 7000)}
"""The ports of developers' machines that sign-in may return to, by environment; none elsewhere."""


class Google(Section):
    """Sign-in with a Google account."""

    client_id: Text
    """The client id of the OAuth client at Google. Its secret is the configuration secret googleClientSecret."""


class Discord(Section):
    """Sign-in with a Discord account."""

    client_id: Text
    """The client id: of the bridge where there is one, else of the application at Discord. Its secret is the
    configuration secret discordClientSecret."""
    issuer: Issuer | None = None
    """The issuer of an OpenID Connect bridge to Discord, an https URL: External ID cannot take Discord as it is. Left
    out: nobody signs in with Discord."""


class ExternalId(Section):
    """The external tenant. A person makes it (docs/runbooks/identity.md); what can be made in it is made."""

    tenant_id: Guid
    """The id of the external tenant, a GUID. It is not the tenant of mystira:azure."""
    subdomain: Label | None = None
    """What the tenant's host begins with: mystira in mystira.ciamlogin.com. Left out: mystiradev in dev,
    mystirastaging in staging, mystira in prod."""
    ci_client_id: Guid | None = None
    """The client id of the application in that tenant as which pipelines log in, a GUID. Left out: everybody uses a
    login of the Azure CLI."""
    localhost_ports: tuple[Port, ...] | None = Field(default=None, strict=False)
    """The ports of localhost that sign-in may return to, 1 to 65535, in dev only. Left out: 3000, 5173 and 7000 in dev,
    none elsewhere."""
    google: Google | None = None
    """Sign-in with a Google account. Left out: there is none."""
    discord: Discord | None = None
    """Sign-in with a Discord account. Left out: there is none."""

    def subdomain_in(self, environment: str) -> str:
        """The subdomain in an environment."""
        return self.subdomain or SUBDOMAINS[environment]

    def ports_in(self, environment: str) -> tuple[int, ...]:
        """The ports of localhost that sign-in may return to in an environment."""
        return LOCALHOST_PORTS.get(environment, ()) if self.localhost_ports is None else self.localhost_ports
