"""Identity providers of an external tenant: Google (v1.0), and a custom OpenID Connect provider (beta).

Graph returns no client secret, so whether it is the right one cannot be seen: it is written when a provider is made,
when its client id changes, and when it is to be rotated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mystira.graph.change import NOTHING, Change, Secrets
from mystira.graph.client import BETA, Graph
from mystira.graph.wanted import Bridge, Wanted
from stacks.settings.config_secrets import DISCORD_CLIENT_SECRET, GOOGLE_CLIENT_SECRET

PATH = "/identity/identityProviders"
GOOGLE = "Google-OAUTH"
"""The id of Google in every tenant (Microsoft Graph: Add identityProvider to a user flow)."""
SOCIAL = "#microsoft.graph.socialIdentityProvider"
OIDC = "#microsoft.graph.oidcIdentityProvider"
SECRET_AUTHENTICATION = "#microsoft.graph.oidcClientSecretAuthentication"

SCOPE = "openid profile email"
CLAIMS = {"sub": "sub", "name": "name", "email": "email", "email_verified": "email_verified"}
"""External ID requires the e-mail address; whether it is verified keeps an unverified one from taking over an account
(Entra ID: Add OpenID Connect as an external identity provider, claims mapping)."""

HIDDEN = "a secret that is not shown"


def google(graph: Graph, wanted: Wanted, secrets: Secrets, *, rotate: bool = False) -> Iterator[Change]:
    """Google as the settings have it. One that they do not name is left alone: other user flows may offer it."""
    if wanted.google_client_id is None:
        return
    client_id, name = wanted.google_client_id, GOOGLE_CLIENT_SECRET.name
    found = next((each for each in graph.every(PATH) if each.get("id") == GOOGLE), None)

    def secret() -> dict[str, str]:
        return {"clientId": client_id, "clientSecret": secrets(name)}

    if found is None:

        def create() -> None:
            kind = {"@odata.type": SOCIAL, "displayName": "Google", "identityProviderType": "Google"}
            graph.post(PATH, kind | secret())

        yield Change("Google", NOTHING, f"an identity provider with client id {client_id}", create, name)
        return

    def write() -> None:
        graph.patch(f"{PATH}/{GOOGLE}", {"@odata.type": SOCIAL} | secret())

    if found.get("clientId") != client_id:
        yield Change("Google, client id", str(found.get("clientId")), client_id, write, name)
    elif rotate:
        yield Change("Google, client secret", HIDDEN, "that of the settings", write, name)


def bridge(graph: Graph, wanted: Wanted, secrets: Secrets, *, rotate: bool = False) -> Iterator[Change]:
    """The custom OpenID Connect provider as the settings have it."""
    if wanted.bridge is None:
        return
    one, name = wanted.bridge, DISCORD_CLIENT_SECRET.name
    properties = _properties(one)
    found = provider_named(graph, one.name)

    def authentication() -> dict[str, Any]:
        return {"clientAuthentication": {"@odata.type": SECRET_AUTHENTICATION, "clientSecret": secrets(name)}}

    if found is None:

        def create() -> None:
            kind = {"@odata.type": OIDC, "displayName": one.name}
            graph.post(PATH, kind | properties | authentication(), version=BETA)

        yield Change(one.name, NOTHING, f"an OpenID Connect provider of {one.issuer}", create, name)
        return
    differing = {key: value for key, value in properties.items() if not _same(found.get(key), value)}
    new_client = "clientId" in differing
    path = f"{PATH}/{found['id']}"

    def write() -> None:
        body = {"@odata.type": OIDC} | differing
        graph.patch(path, body | (authentication() if new_client else {}), version=BETA)

    def write_secret() -> None:
        graph.patch(path, {"@odata.type": OIDC} | authentication(), version=BETA)

    if differing:
        before = ", ".join(f"{key} {_shown(found.get(key))}" for key in differing)
        after = ", ".join(f"{key} {_shown(value)}" for key, value in differing.items())
        yield Change(one.name, before, after, write, name if new_client else "")
    if rotate and not new_client:
        yield Change(f"{one.name}, client secret", HIDDEN, "that of the settings", write_secret, name)


def provider_named(graph: Graph, name: str) -> Mapping[str, Any] | None:
    """The custom OpenID Connect provider of this display name. v1.0 does not list such providers."""
    for each in graph.every(PATH, version=BETA):
        kind = str(each.get("@odata.type", "")).lstrip("#").lower()
        if kind == OIDC.lstrip("#").lower() and each.get("displayName") == name:
            return each
    return None


def _properties(one: Bridge) -> dict[str, Any]:
    return {
        "clientId": one.client_id,
        "issuer": one.issuer,
        "wellKnownEndpoint": one.metadata,
        "responseType": "code",
        "scope": SCOPE,
        "inboundClaimMapping": CLAIMS,
    }


def _same(found: Any, value: Any) -> bool:
    """Whether a property is as wanted. Claims that Graph adds to a mapping say nothing."""
    if isinstance(value, Mapping):
        return isinstance(found, Mapping) and all(found.get(key) == each for key, each in value.items())
    return found == value


def _shown(value: Any) -> str:
    return " ".join(f"{key}={each}" for key, each in value.items()) if isinstance(value, Mapping) else str(value)
