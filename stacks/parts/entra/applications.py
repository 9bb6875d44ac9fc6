"""Applications as the catalogue asks for them, in whichever tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.entra.graph import SCOPES
from components.entra.spec import ApplicationSpec, RoleSpec, ScopeSpec
from components.naming.guid import permission_id
from stacks.catalogue.model import Service
from stacks.catalogue.needs.sign_in import Directory, Role, Scope, SignsIn, TakesTokens
from stacks.context import Context
from stacks.parts.hosts.plan import hosts_of
from stacks.settings.models import EnvironmentSettings

GRAPH = "graph"
"""Microsoft Graph, among the applications that another one asks for scopes."""

PLATFORM = "mystira"

TITLE = "Mystira"
"""What every display name begins with."""

PROTECTED = "prod"
"""Where deleting an application or a group needs a word of its own: everybody would have to be assigned again."""


@dataclass(frozen=True)
class ApplicationPlan:
    """An application, and what it asks of others."""

    key: str
    """Its logical name, and the service that it belongs to: ``admin-api``."""
    spec: ApplicationSpec
    requires: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """The scopes that it asks for, by value with their ids: of another application, by its key, or of ``graph``."""


@dataclass(frozen=True)
class PreAuthorized:
    """A client that may ask for scopes without anybody's consent."""

    api: str
    """The key of the application with the scopes."""
    client: str
    """The key of the application that asks."""
    scopes: tuple[str, ...]
    """The ids of the scopes."""


def application_component(key: str) -> str:
    """An application among the components that later builders use."""
    return f"application/{key}"


def label(context: Context[Any]) -> str:
    """What tells objects of this stack from those of others in a tenant: ``dev``; with an instance ``ab-dev``, in a
    further region ``prod-euw``."""
    return context.place.removeprefix(context.settings.naming.org).removeprefix("-")


def display_name(context: Context[EnvironmentSettings], title: str) -> str:
    """``Mystira Admin API (dev)``: the names of the live applications (estate services 3.1)."""
    return f"{TITLE} {title} ({label(context)})"


def identifier_uri(context: Context[EnvironmentSettings], tenant: str, name: str) -> str:
    """What tokens for an application are for. It begins with the tenant, which every tenant's policy allows (Microsoft:
    Restrictions on identifier URIs of Microsoft Entra applications)."""
    return f"api://{tenant}/{name}-{label(context)}"


def adopted_ids(context: Context[EnvironmentSettings]) -> Mapping[str, str]:
    """The ids of scopes and roles of adopted applications."""
    return {name: str(id) for name, id in context.settings.entra.ids.items()}


def protected(context: Context[EnvironmentSettings]) -> bool:
    """Whether Pulumi refuses to delete applications and groups of this stack."""
    return context.environment == PROTECTED


def permission(context: Context[EnvironmentSettings], ids: Mapping[str, str], application: str, value: str) -> str:
    """The id of a scope or a role: that of an adopted application, or one made from its name."""
    return ids.get(f"{application}/{value}") or permission_id(place=context.place, application=application, value=value)


def users_of(context: Context[EnvironmentSettings], directory: Directory) -> Iterator[tuple[Service, TakesTokens]]:
    """The services that take tokens of a directory's accounts."""
    for service in context.catalogue:
        for need in service.needs:
            if isinstance(need, TakesTokens) and need.directory is directory:
                yield service, need


def clients_of(context: Context[EnvironmentSettings], api: str) -> Iterator[tuple[Service, SignsIn]]:
    """The services in whose pages people sign in to call ``api``."""
    for service in context.catalogue:
        for need in service.needs:
            if isinstance(need, SignsIn) and need.api == api:
                yield service, need


def client_key(service: Service, need: SignsIn) -> str:
    """The key of the application of a page."""
    return need.key or service.key


def page(
    context: Context[EnvironmentSettings],
    api: ApplicationPlan,
    service: Service,
    need: SignsIn,
    *,
    owners: tuple[str, ...],
    ports: Sequence[int],
    assignment_required: bool = True,
) -> ApplicationPlan:
    """The application of a page in which people sign in to call ``api`` with all of its scopes."""
    spec = ApplicationSpec(
        display_name=display_name(context, need.title),
        owners=owners,
        redirect_uris=redirect_uris(context, service, need, ports),
        access_claims=need.access_claims,
        id_claims=need.id_claims,
        assignment_required=assignment_required,
        protect=protected(context),
    )
    scopes = {each.value: each.id for each in api.spec.scopes}
    graph = {value: SCOPES[value] for value in need.graph}
    return ApplicationPlan(client_key(service, need), spec, ((api.key, scopes), *(((GRAPH, graph),) if graph else ())))


def scopes_of(
    context: Context[EnvironmentSettings], ids: Mapping[str, str], key: str, scopes: Sequence[Scope], consent: str
) -> tuple[ScopeSpec, ...]:
    """The scopes of an application."""
    return tuple(
        ScopeSpec(permission(context, ids, key, each.value), each.value, each.title, each.description, consent)
        for each in scopes
    )


def roles_of(
    context: Context[EnvironmentSettings], ids: Mapping[str, str], key: str, roles: Sequence[Role]
) -> tuple[RoleSpec, ...]:
    """The roles of an application, for people and groups."""
    return tuple(
        RoleSpec(permission(context, ids, key, each.value), each.value, each.title, each.description) for each in roles
    )


def redirect_uris(
    context: Context[EnvironmentSettings], service: Service, need: SignsIn, ports: Sequence[int]
) -> tuple[str, ...]:
    """Where browsers return to after a login: the endpoint's host and localhost, sorted as azuread returns them."""
    hosts = [host for host in hosts_of(context) if (host.service, host.endpoint) == (service.key, need.endpoint)]
    path = login_path(service, need)
    return tuple(
        sorted((*(host.redirect_uri for host in hosts), *(f"http://localhost:{port}{path}" for port in ports)))
    )


def login_path(service: Service, need: SignsIn) -> str:
    """The path to which a login returns; empty where the endpoint has none."""
    return next((each.login_path for each in service.endpoints if each.name == need.endpoint), "")
