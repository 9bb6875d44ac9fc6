"""Making the plan: all checks first, then everything decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from components.facts.regions import GLOBAL
from components.facts.subnets import ROLES
from components.naming import Names, Project, tags_for
from components.problems import InvalidInput, Problem
from stacks.catalogue import Catalogue, HostKind
from stacks.catalogue.names import CORE
from stacks.plan.adoption import adoption_problems
from stacks.plan.cluster import cluster_of, cluster_problems
from stacks.plan.grants import access_problems, grants_of
from stacks.plan.hosts import host_problems, hosts_of
from stacks.plan.lifecycles import warnings_of
from stacks.plan.model import (
    EnvironmentPlan,
    Group,
    Logs,
    Monitoring,
    Network,
    Outbound,
    RegistryPlan,
    ServicePlan,
    SharedPlan,
    StackPlan,
    Subnet,
)
from stacks.plan.names import naming_problems
from stacks.plan.network_paths import network_path_problems, network_paths, zones_of
from stacks.plan.ranges import range_problems
from stacks.plan.registry import registry_path_problems, registry_problems
from stacks.plan.secrets import secret_problems, secret_warnings, secrets_of, tokens_of
from stacks.plan.stores import STORES, served, stores_of
from stacks.plan.waivers import idle_waiver_problems, waiver_problems
from stacks.plan.workloads import workloads_of
from stacks.settings import EnvironmentSettings, Settings, SharedSettings
from stacks.settings.loading import file_name

ZONE = "dns-zone/domain"
"""How `mystira:adopt` speaks of the public zone."""

SHARED_GROUPS = (("acr", False), ("terraform", False), ("comms", True), ("dns", True))
"""Tier 3: project code, and whether the group is global by name. Its metadata still needs a region."""


def make_plan(
    settings: Settings, catalogue: Catalogue, *, stack: str, today: date, others: Mapping[str, Settings] | None = None
) -> StackPlan:
    """The plan of ``stack``. ``others`` are the settings of the other stacks, for what must not collide between them.

    Raises :class:`~components.problems.InvalidInput` with every problem at once.
    """
    names = Names(settings.naming.org, stack, settings.azure.region, settings.naming.instance)
    if isinstance(settings, EnvironmentSettings):
        catalogue = served(settings, catalogue)
        _refuse(_environment_problems(stack, settings, catalogue, names, others or {}, today))
        _refuse(list(idle_waiver_problems(stack, settings)))
        return _environment(stack, settings, catalogue, names, today)
    assert isinstance(settings, SharedSettings)
    _refuse([*_common_problems(stack, settings, catalogue), *registry_problems(stack, settings)])
    _refuse(list(idle_waiver_problems(stack, settings)))
    return _shared(stack, settings, catalogue, names)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidInput(problems)


def _common_problems(stack: str, settings: Settings, catalogue: Catalogue) -> list[Problem]:
    return [
        *waiver_problems(stack, settings),
        *access_problems(stack, settings, catalogue),
        *adoption_problems(stack, settings),
    ]


def _environment_problems(
    stack: str,
    settings: EnvironmentSettings,
    catalogue: Catalogue,
    names: Names,
    others: Mapping[str, Settings],
    today: date,
) -> list[Problem]:
    return [
        *catalogue.problems,
        *_common_problems(stack, settings, catalogue),
        *naming_problems(stack, settings, catalogue),
        *range_problems(stack, settings, others),
        *host_problems(hosts_of(stack, settings, catalogue)),
        *cluster_problems(stack, settings, catalogue, today),
        *registry_path_problems(stack, others),
        *(problem for store in STORES for problem in store.problems(stack, settings, catalogue, today)),
        *network_path_problems(stack, settings, catalogue, names),
        *secret_problems(stack, settings, catalogue, today),
        *_service_problems(stack, settings, catalogue),
    ]


def _service_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue) -> Iterator[Problem]:
    for key, service in settings.services.items():
        path = f"{file_name(stack)}: mystira:services.{key}"
        if key not in catalogue.by_key:
            yield Problem(path, "unknown service", key, ", ".join(catalogue.by_key))
        replicas = service.replicas
        if replicas and replicas.minimum > replicas.maximum:
            seen = f"{replicas.minimum} to {replicas.maximum}"
            yield Problem(f"{path}.replicas", "the minimum is above the maximum", seen, "minimum ≤ maximum")


def _environment(
    stack: str, settings: EnvironmentSettings, catalogue: Catalogue, names: Names, today: date
) -> EnvironmentPlan:
    def tags(service: str) -> Mapping[str, str]:
        return _tags(stack, settings, service)

    hosts = hosts_of(stack, settings, catalogue)
    pages = [(host.service, host.cors_origin) for host in hosts if host.kind == HostKind.STATIC_SITE]
    groups = [Group("core", 1, names.name(CORE, "resource-group"), settings.azure.region, tags("core"))]
    groups += [
        Group(code, 2, names.name(Project(code), "resource-group"), settings.azure.region, tags(code))
        for code in catalogue.groups
    ]
    monitoring = settings.monitoring
    stores = stores_of(settings, catalogue, names, pages)
    versions = [("kubernetes", settings.aks.version), *(each for store in STORES for each in store.versions(settings))]
    return EnvironmentPlan(
        stack=stack,
        tenant_id=settings.azure.tenant_id,
        subscription_id=settings.azure.subscription_id,
        region=settings.azure.region,
        domain=settings.domain.name,
        groups=tuple(groups),
        tags=tags("core"),
        warnings=(*warnings_of(today, versions), *secret_warnings(stack, settings, today)),
        protection=settings.protection == "on",
        adopt=settings.adopt,
        grants=grants_of(stack, settings, catalogue, names),
        shared_stack=settings.references["shared"],
        network=_network(settings, catalogue, names),
        registry_endpoint=names.name(CORE, "private-endpoint", role="registry"),
        cluster=cluster_of(settings, names),
        workloads=workloads_of(stack, settings, catalogue),
        monitoring=Monitoring(
            workspace=names.name(CORE, "log-analytics-workspace"),
            retention_days=monitoring.retention_days,
            daily_cap_gb=monitoring.daily_cap_gb,
            action_group=names.name(CORE, "action-group", region=GLOBAL),
            short_name=monitoring.action_group_short_name,
            receivers=tuple((receiver.name, receiver.email) for receiver in monitoring.receivers),
        ),
        services=tuple(
            ServicePlan(
                key=service.key,
                group=service.group,
                identity=names.name(service.project, "user-assigned-identity"),
                telemetry=names.name(service.project, "application-insights")
                if "application-insights" in service.parts
                else "",
                tags=tags(service.key),
            )
            for service in catalogue
            if service.identified
        ),
        hosts=hosts,
        local_auth=settings.local_auth == "on",
        store_key=settings.secrets.key,
        stores=stores,
        secrets=secrets_of(stack, settings, catalogue, stores),
        tokens=tokens_of(stores, hosts),
        paths=network_paths(settings, catalogue, names),
    )


def _network(settings: EnvironmentSettings, catalogue: Catalogue, names: Names) -> Network:
    gateway = settings.network.nat_gateway
    return Network(
        name=names.name(CORE, "virtual-network"),
        address_space=settings.network.address_space,
        subnets=tuple(
            Subnet(
                role=ROLES[role],
                name=settings.network.subnet_names.get(role, role),
                cidr=cidr,
                security_group=names.name(CORE, "network-security-group", role=ROLES[role].fused),
            )
            for role, cidr in settings.network.subnets.items()
        ),
        outbound=Outbound(
            name=names.name(CORE, "nat-gateway"),
            public_ips=tuple(
                names.name(CORE, "public-ip-address", role=f"outbound{number}")
                for number in range(1, gateway.public_ip_count + 1)
            ),
            idle_timeout_minutes=gateway.idle_timeout_minutes,
            zone=gateway.zone,
        ),
        zones=tuple(names.child("private-dns-zone", zone) for zone in zones_of(settings, catalogue, names)),
        link=names.child("private-dns-zone-link", names.name(CORE, "virtual-network")),
    )


def _shared(stack: str, settings: SharedSettings, catalogue: Catalogue, names: Names) -> SharedPlan:
    registry = settings.registry
    secondary = settings.azure.secondary_region
    return SharedPlan(
        stack=stack,
        tenant_id=settings.azure.tenant_id,
        subscription_id=settings.azure.subscription_id,
        region=settings.azure.region,
        domain=names.child("dns-zone", settings.domain.name),
        groups=tuple(
            Group(
                code,
                3,
                names.name(Project(code), "resource-group", region=GLOBAL if is_global else ""),
                settings.azure.region,
                _tags(stack, settings, code),
            )
            for code, is_global in SHARED_GROUPS
        ),
        tags=_tags(stack, settings, "core"),
        warnings=(),
        protection=settings.protection == "on",
        adopt=settings.adopt | ({ZONE: settings.dns.adopt} if settings.dns.adopt else {}),
        grants=grants_of(stack, settings, catalogue, names),
        logs=Logs(
            workspace=names.name(Project("acr"), "log-analytics-workspace"),
            retention_days=settings.monitoring.retention_days,
            daily_cap_gb=settings.monitoring.daily_cap_gb,
        ),
        registry=RegistryPlan(
            name=names.name(Project("acr"), "container-registry"),
            sku=registry.sku,
            public_access=registry.public_access,
            allowed_ranges=registry.allowed_ranges,
            zone_redundant=registry.zone_redundant,
            retention_days=registry.retention_days,
            replicas=((secondary, names.child("registry-replication", secondary)),) if registry.replicate else (),
        ),
    )


def _tags(stack: str, settings: Settings, service: str) -> Mapping[str, str]:
    owner = settings.ownership
    return tags_for(environment=stack, service=service, team=owner.team, cost_center=owner.cost_center)
