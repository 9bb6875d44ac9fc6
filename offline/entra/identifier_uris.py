"""Which identifier URIs Entra takes (Microsoft: Restrictions on identifier URIs of Microsoft Entra applications)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from offline.azure.behaviour import at
from offline.entra.behaviour import Request, kept_of_tenant
from offline.entra.errors import GraphError
from offline.world.limits import Directory
from offline.world.objects import CloudObject

READ = "docs/runbooks/identity.md"
V2 = 2
"""The version of tokens that makes an application free of the policy."""


def initial_domain(tenant: str) -> str:
    """The domain with which every tenant begins, and the only one that it has verified here."""
    return f"{tenant}.onmicrosoft.com"


def refusals(request: Request) -> Iterator[GraphError]:
    """What Graph refuses about the URIs that a request adds."""
    before = set((request.old.body.get("identifierUris") if request.old else None) or [])
    for uri in request.inputs.get("identifierUris") or []:
        if uri in before:
            continue
        yield from _taken(request, uri)
        yield from _unsafe(request, uri)


def _taken(request: Request, uri: str) -> Iterator[GraphError]:
    message = "Another object with the same value for property identifierUris already exists."
    for other in request.others(request.row.token):
        if _has(other, uri):
            yield GraphError("Request_BadRequest", message, f"ObjectConflict: {other.id} has {uri}; read {READ}")
    for gone in kept_of_tenant(request.cloud, request.row.token, request.tenant):
        if _has(gone, uri) and gone.id.lower() != request.id.lower():
            advice = f"ObjectConflict: the deleted {gone.id} has {uri}: restore or purge it (`mystira deleted`)"
            yield GraphError("Request_BadRequest", message, f"{advice}; read {READ}")


def _has(each: CloudObject, uri: str) -> bool:
    return uri.lower() in (str(one).lower() for one in each.body.get("identifierUris") or [])


def _unsafe(request: Request, uri: str) -> Iterator[GraphError]:
    parts = urlsplit(uri)
    domain = initial_domain(request.tenant)
    verified = parts.hostname is not None and (parts.hostname == domain or parts.hostname.endswith(f".{domain}"))
    if parts.scheme in ("http", "https") and not verified:
        message = (
            "Values of identifierUris property must use a verified domain of the organization or its subdomain: "
            f"'{uri}'"
        )
        yield GraphError("HostNameNotOnVerifiedDomain", message, f"api://{request.tenant}/<name>; read {READ}")
    directory: Directory = request.cloud.limits.directory(request.tenant)
    v2 = at(request.inputs, "api", "requestedAccessTokenVersion") == V2
    names = {part.lower() for part in (parts.netloc, *parts.path.split("/")) if part}
    safe = verified or bool(names & {request.tenant.lower(), request.made("client")})
    if directory.uri_policy and not v2 and not safe:
        message = (
            f"Failed to add identifier URI {uri}. All newly added URIs must contain a tenant verified domain, tenant "
            "ID, or app ID, as per the default tenant policy of your organization. See "
            "https://aka.ms/identifier-uri-addition-error for more information on this error."
        )
        advice = f"api://{request.tenant}/<name>, or v2 tokens; read {READ}"
        yield GraphError("InvalidUniqueTenantIdentifierAsPerAppPolicy", message, advice)
