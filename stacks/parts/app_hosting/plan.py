"""App Service: the site of each service that runs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from components.app_hosting.facts import GRPC_PORT, PRODUCTION, SLOT
from components.app_hosting.spec import ScalingSpec, SlotSpec, WebAppSpec
from components.facts.ids import made_id
from components.facts.model import AUTOSCALE
from components.facts.types import RESOURCE_TYPES
from components.naming.builder import Project
from components.problems import Problem
from stacks.catalogue.model import HostKind, Service
from stacks.context import Context
from stacks.parts.app_hosting.checks import DOTNET, app_hosting_problems, version_of
from stacks.parts.doors import Target, private, zones
from stacks.parts.hosts.plan import public_hosts
from stacks.parts.origins import Origin
from stacks.parts.part import Part, Step
from stacks.parts.postgresql.plan import uses_database
from stacks.parts.variables import VariablePlan, variables_of
from stacks.parts.vaults.plan import KEY_VAULT
from stacks.settings.models import EnvironmentSettings

NO_SLOT = "hosting-slot"
NO_ZONES = "hosting-zones"
SITE, SITES = RESOURCE_TYPES["web-app"], "sites"
ZONES = zones(SITES)
HOST_SETTING = "services.{service}.host"

CLIENT_ID = "AZURE_CLIENT_ID"
"""Which of a site's identities the Azure SDKs log in as. In the cluster, workload identity sets it."""
REFERENCES = "config/configreferences/appsettings?api-version=2022-03-01"
"""What became of each reference to a vault (Microsoft: Use Key Vault references as app settings)."""

TELEMETRY_LOGIN = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING"
"""With which identity App Service's own agent sends telemetry (Microsoft: Microsoft Entra authentication for
Application Insights)."""


@dataclass(frozen=True)
class AppPlan:
    """The site of one service, in its group."""

    service: str
    group: str
    spec: WebAppSpec
    vault: str
    """Physical name of the vault whose secrets its variables refer to."""
    variables: tuple[VariablePlan, ...]
    """What the service reads, on this host as on any other, and what the host itself reads."""
    uses_database: bool
    """Whether it waits for the rights in the databases."""
    tags: Mapping[str, str]


class AppHosting(Part[EnvironmentSettings, tuple[AppPlan, ...]]):
    """The sites, closed to the internet; what reaches them comes by private endpoint."""

    key = "app_hosting"
    rules: ClassVar[Mapping[str, str]] = {
        NO_SLOT: "a release goes to a slot first and is swapped once it is healthy",
        NO_ZONES: "instances are spread over availability zones",
    }

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[AppPlan, ...] | None:
        return tuple(_app(context, service) for service in hosted(context)) or None

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        return app_hosting_problems(context) if hosted(context) else iter(())

    def weaknesses(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        settings = context.settings.hosting.app
        if hosted(context) and not settings.slot:
            yield NO_SLOT
        if hosted(context) and not settings.zone_redundant:
            yield NO_ZONES

    def origins(self, context: Context[EnvironmentSettings]) -> Iterator[Origin]:
        """Every public host on App Service, behind the link of its site."""
        region, by_key = context.settings.azure.region, context.catalogue.by_key
        for host in public_hosts(context, HostKind.APP_SERVICE):
            link = site_id(context, by_key[host.service])
            yield Origin(host.endpoint, region, f"site/{host.service}", link=link, group=SITES)

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        """A role that takes effect late leaves references to the vault unresolved for up to a day."""
        for service in hosted(context):
            yield Step(
                key=f"vault-references-{service.key}",
                do="after the first run, refresh the references to the vault that are not resolved",
                check=f'az rest --url "https://management.azure.com{site_id(context, service)}/{REFERENCES}" --query '
                "\"value[?properties.status!='Resolved'].name\"",
                read="docs/runbooks/app-service.md",
            )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {f"site/{service.key}": "web-app" for service in hosted(context)}

    def targets(self, context: Context[EnvironmentSettings]) -> Iterator[Target]:
        for service in hosted(context):
            setting = HOST_SETTING.format(service=service.key)
            names = (f"site/{service.key}", *([f"site/{service.key}/{SLOT}"] if _slot(context) else []))
            for name in names:
                yield Target(name, SITES, (), ("443",), (private(setting, "aks"),), setting, "aks", ZONES)

    def versions(self, context: Context[EnvironmentSettings]) -> Iterator[tuple[str, str]]:
        if hosted(context):
            yield DOTNET, version_of(context.settings.hosting.app.runtime)

    def unowned(self, context: Context[EnvironmentSettings]) -> Iterator[str]:
        """Without rules the settings alone say how many instances there are."""
        if not _scales(context):
            yield AUTOSCALE


def hosted(context: Context[EnvironmentSettings]) -> list[Service]:
    """The services that run on App Service."""
    kind = HostKind.APP_SERVICE
    return [service for service in context.catalogue if service.workload and service.workload.kind is kind]


def site_id(context: Context[EnvironmentSettings], service: Service) -> str:
    """The id of the site of a service; a live one keeps its own."""
    live = context.settings.adopt.get(f"{SITE.key}/{service.key}")
    if live:
        return live
    names, project = context.names, service.project
    values = {
        "subscriptionId": str(context.settings.azure.subscription_id),
        "resourceGroupName": names.name(Project(service.group), "resource-group"),
        "name": names.name(project, "web-app"),
    }
    return made_id(SITE, values)


def _slot(context: Context[EnvironmentSettings]) -> bool:
    return context.settings.hosting.app.slot


def _scales(context: Context[EnvironmentSettings]) -> bool:
    settings = context.settings.hosting.app
    return settings.minimum < settings.maximum


def _app(context: Context[EnvironmentSettings], service: Service) -> AppPlan:
    settings, names, project = context.settings.hosting.app, context.names, service.project
    variables = (*variables_of(context, service), *_own_variables(service))
    scaling = ScalingSpec(names.name(project, "autoscale-setting"), settings.minimum, settings.maximum)
    slot = SlotSpec(names.child("web-app-slot", SLOT), names.name(project, "private-endpoint", role=f"{SITES}{SLOT}"))
    spec = WebAppSpec(
        name=names.name(project, "web-app"),
        plan=names.name(project, "app-service-plan"),
        sku=settings.sku,
        instances=settings.minimum,
        zone_redundant=settings.zone_redundant,
        runtime=settings.runtime,
        health_path=_health(service),
        scaling=scaling if _scales(context) else None,
        slot=slot if settings.slot else None,
        sticky=tuple(each.name for each in variables if each.slot),
        private_endpoint=names.name(project, "private-endpoint", role=SITES),
    )
    vault = names.name(project, KEY_VAULT)
    tags = context.tags(service.key)
    return AppPlan(service.key, service.group, spec, vault, variables, uses_database(service), tags)


def _health(service: Service) -> str:
    """The path of the workload that fails while a copy cannot take requests, or must be restarted."""
    probes = [each.probe for each in service.endpoints if each.kind is HostKind.APP_SERVICE]
    asked = service.workload.liveness if service.workload else None
    return probes[0] if probes else (asked.path if asked else "/")


def _own_variables(service: Service) -> tuple[VariablePlan, ...]:
    """What App Service itself reads (estate-services 1.6.2), and which slot this is.

    The swap asks the slot for its health before it moves the slot's host to production, and stops at any other answer
    (Microsoft: Set up staging environments in Azure App Service, specify custom warm-up).
    """
    return (
        VariablePlan("ApplicationInsightsAgent_EXTENSION_VERSION", "~3"),
        VariablePlan("XDT_MicrosoftApplicationInsights_Mode", "recommended"),
        VariablePlan("HTTP20_ONLY_PORT", str(GRPC_PORT)),
        VariablePlan("WEBSITE_SWAP_WARMUP_PING_PATH", _health(service)),
        VariablePlan("WEBSITE_SWAP_WARMUP_PING_STATUSES", "200"),
        VariablePlan("Deployment__Slot", PRODUCTION, slot=SLOT),
    )


APP_HOSTING = AppHosting()
