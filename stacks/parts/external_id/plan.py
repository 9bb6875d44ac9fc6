"""The external tenant, in which customers sign up and sign in: its applications, and what these may do without
anybody's consent (S3-098 to S3-106).

The tenant itself is made by a person, user flow and identity providers by ``mystira consumers``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from components.entra.graph import NAME as GRAPH_NAME
from components.entra.spec import ApplicationSpec
from components.problems import Problem
from stacks.catalogue.model import Service
from stacks.catalogue.needs.base import Need
from stacks.catalogue.needs.sign_in import Directory, SignsIn, TakesTokens
from stacks.context import Context
from stacks.parts.entra.applications import (
    GRAPH,
    ApplicationPlan,
    adopted_ids,
    client_key,
    clients_of,
    display_name,
    identifier_uri,
    page,
    protected,
    scopes_of,
    users_of,
)
from stacks.parts.external_id.checks import external_id_problems
from stacks.parts.external_id.steps import external_id_steps
from stacks.parts.part import AppRole, Part, Step, Tenant
from stacks.parts.pipelines.identities import APPLY, CredentialSpec, credential_name
from stacks.parts.pipelines.plan import has_pipelines
from stacks.parts.pipelines.subjects import environment, subject
from stacks.settings.external_id import PROVIDERS, ExternalId
from stacks.settings.loading import SHARED
from stacks.settings.models import EnvironmentSettings

CONSUMERS_TENANT = "consumers"
"""The key of the provider of the external tenant."""
CI = "consumers-ci"
"""The logical name of the application that a pipeline logs in as there."""
HOST = "ciamlogin.com"
"""The domain of every external tenant (Microsoft Entra External ID)."""

PRODUCT = "external-id"


@dataclass(frozen=True)
class Consent:
    """What a page may do through another application on behalf of customers, who cannot consent themselves."""

    name: str
    """Its logical name."""
    client: str
    """The key of the page's application."""
    api: str
    """The key of the other application, or ``graph``."""
    scopes: tuple[str, ...]
    """Their values."""


@dataclass(frozen=True)
class CiPlan:
    """The application that the pipeline of the stack logs in as: a managed identity has no login in another tenant."""

    application: ApplicationPlan
    credential: CredentialSpec


@dataclass(frozen=True)
class ExternalIdPlan:
    """What the stack makes in the external tenant."""

    tenant: str
    """The tenant's id; empty: there is none, and everything else is empty too."""
    authority: str
    """Who issues tokens to customers: ``https://mystiradev.ciamlogin.com/…/v2.0``."""
    applications: tuple[ApplicationPlan, ...]
    """The API before its pages."""
    consents: tuple[Consent, ...]
    ci: CiPlan | None
    """None: `shared` has no pipelines."""
    values: Mapping[str, str]
    """Products that the settings hold and that are no secret: client ids of identity providers."""
    secrets: Mapping[str, str]
    """Products that are configuration secrets, by their names."""


NONE = ExternalIdPlan("", "", (), (), None, {}, {})


class ExternalIdPart(Part[EnvironmentSettings, ExternalIdPlan]):
    """Applications in the external tenant, where the settings name one."""

    key = "external_id"

    def plan(self, context: Context[EnvironmentSettings]) -> ExternalIdPlan:
        settings = context.settings.external_id
        if settings is None:
            return NONE
        given = _given(settings)
        apis = tuple(_apis(context, settings))
        return ExternalIdPlan(
            tenant=str(settings.tenant_id),
            authority=authority(context, settings),
            applications=(*apis, *_pages(context, settings, apis)),
            consents=tuple(_consents(context, apis)),
            ci=_ci(context),
            values={f"{PRODUCT}/{name}-client-id": client for name, client in given.items()},
            secrets={f"{PRODUCT}/{name}-client-secret": f"{name}ClientSecret" for name in given},
        )

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return external_id_problems(context)

    def app_roles(self, context: Context[EnvironmentSettings]) -> Iterator[AppRole]:
        plan = self.plan(context)
        names = {GRAPH: GRAPH_NAME, **{each.key: each.spec.display_name for each in plan.applications}}
        for each in plan.consents:
            yield from (AppRole(f"application/{each.client}", scope, names[each.api]) for scope in each.scopes)

    def tenants(self, context: Context[EnvironmentSettings]) -> Iterator[Tenant]:
        settings = context.settings.external_id
        if settings is not None:
            ci = str(settings.ci_client_id) if settings.ci_client_id else ""
            yield Tenant(CONSUMERS_TENANT, str(settings.tenant_id), context.path("external_id.tenant_id"), ci)

    def serves(self, context: Context[EnvironmentSettings], service: Service, need: Need) -> Need | None:
        """Without an external tenant nobody takes tokens of customers; with one, its providers are those given."""
        settings = context.settings.external_id
        if isinstance(need, TakesTokens) and need.directory is Directory.CONSUMERS:
            if settings is None:
                return None
            return replace(need, providers=tuple(each for each in need.providers if each in _given(settings)))
        apis = [service.key for service, _ in users_of(context, Directory.CONSUMERS)]
        return None if settings is None and isinstance(need, SignsIn) and need.api in apis else need

    def products(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        plan = self.plan(context)
        if plan.tenant:
            yield from (f"{PRODUCT}/tenant", f"{PRODUCT}/authority")
            yield from (client_id(each.key) for each in plan.applications)
            yield from (*plan.values, *plan.secrets)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        settings = context.settings.external_id
        if settings is None:
            return {f"{PRODUCT}/instance": "", f"{PRODUCT}/domain": ""}
        subdomain = settings.subdomain_in(context.environment)
        return {
            f"{PRODUCT}/instance": f"{_instance(context, settings)}/",
            f"{PRODUCT}/domain": f"{subdomain}.onmicrosoft.com",
        }

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        return external_id_steps(context, ci=has_pipelines(context))


def authority(context: Context[EnvironmentSettings], settings: ExternalId) -> str:
    """Who issues tokens to customers."""
    return f"{_instance(context, settings)}/{settings.tenant_id}/v2.0"


def client_id(application: str) -> str:
    """The product that is the client id of an application."""
    return f"{PRODUCT}/client-id/{application}"


def _instance(context: Context[EnvironmentSettings], settings: ExternalId) -> str:
    return f"https://{settings.subdomain_in(context.environment)}.{HOST}"


def _given(settings: ExternalId) -> Mapping[str, str]:
    """The client ids of the identity providers that the settings have."""
    found = {name: getattr(settings, name) for name in PROVIDERS}
    return {name: each.client_id for name, each in found.items() if each is not None}


def _apis(context: Context[EnvironmentSettings], settings: ExternalId) -> Iterator[ApplicationPlan]:
    """What customers' pages call. Attributes & Claims of the tenant decide on claims, not the application (Microsoft:
    Supported features in external tenants). Every customer may sign in: none is assigned."""
    for service, need in users_of(context, Directory.CONSUMERS):
        spec = ApplicationSpec(
            display_name=display_name(context, need.title),
            owners=(),
            identifier_uri=identifier_uri(context, str(settings.tenant_id), need.name),
            scopes=scopes_of(context, adopted_ids(context), service.key, need.scopes, "Admin"),
            assignment_required=False,
            protect=protected(context),
        )
        yield ApplicationPlan(service.key, spec)


def customers_page(context: Context[EnvironmentSettings], settings: ExternalId) -> ApplicationPlan:
    """The page that customers sign in to. There is one: the user flow is for it alone."""
    (found,) = _pages(context, settings, tuple(_apis(context, settings)))
    return found


def _pages(
    context: Context[EnvironmentSettings], settings: ExternalId, apis: tuple[ApplicationPlan, ...]
) -> Iterator[ApplicationPlan]:
    ports = settings.ports_in(context.environment)
    for api in apis:
        for service, need in clients_of(context, api.key):
            yield page(context, api, service, need, owners=(), ports=ports, assignment_required=False)


def _consents(context: Context[EnvironmentSettings], apis: tuple[ApplicationPlan, ...]) -> Iterator[Consent]:
    for api in apis:
        for service, need in clients_of(context, api.key):
            client = client_key(service, need)
            yield Consent(f"{client}-{api.key}", client, api.key, tuple(each.value for each in api.spec.scopes))
            if need.graph:
                yield Consent(f"{client}-{GRAPH}", client, GRAPH, need.graph)


def _ci(context: Context[EnvironmentSettings]) -> CiPlan | None:
    """Nobody owns it: an owner could become it."""
    shared = context.others.get(SHARED)
    if shared is None or shared.ci is None or not has_pipelines(context):
        return None
    spec = ApplicationSpec(display_name(context, "CI"), owners=(), protect=protected(context))
    found = subject(shared.ci, shared.ci.repository, environment(context.stack))
    return CiPlan(ApplicationPlan(CI, spec), CredentialSpec(credential_name(context.stack, APPLY), found))


EXTERNAL_ID = ExternalIdPart()
