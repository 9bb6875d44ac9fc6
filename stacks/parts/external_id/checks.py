"""What the settings of the external tenant may not say together."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from components.problems import Problem
from stacks.context import Context
from stacks.parts.entra.checks import localhost_problems
from stacks.settings.models import EnvironmentSettings

READ = "docs/runbooks/identity.md"

NO_ISSUERS = {
    "discord.com": "External ID cannot take Discord as it is: its metadata lacks token_endpoint_auth_methods_supported",
    "microsoftonline.com": "External ID takes no other Entra tenant as an identity provider",
}
"""Domains that External ID does not take as the issuer of a custom provider (Microsoft Graph: Create identityProvider,
oidcIdentityProvider; of Discord: Entra ID, Add OpenID Connect as an external identity provider)."""


def external_id_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """An external tenant that is the workforce tenant, ports of localhost outside dev or given twice, an issuer that
    External ID does not take. That a client id has its secret is checked where secrets are known
    (:func:`stacks.settings.config_secrets.secret_problems`)."""
    settings = context.settings.external_id
    if settings is None:
        return
    if settings.tenant_id == context.settings.azure.tenant_id:
        path, allowed = context.path("external_id.tenant_id"), "the id of the tenant that customers sign in to"
        yield Problem(path, "the tenant of mystira:azure", str(settings.tenant_id), allowed, READ)
    yield from localhost_problems(context, "external_id.localhost_ports", settings.localhost_ports or ())
    issuer = settings.discord.issuer if settings.discord else None
    host = urlsplit(issuer).hostname or "" if issuer else ""
    for domain, why in NO_ISSUERS.items():
        if f".{host}".endswith(f".{domain}"):
            path, allowed = context.path("external_id.discord.issuer"), "the issuer of a bridge to Discord"
            yield Problem(path, why, str(issuer), allowed, READ)
