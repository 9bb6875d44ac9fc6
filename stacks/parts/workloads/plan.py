"""What runs in the cluster: the catalogue's records with the environment's own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from components.naming.kubernetes import namespace, object_name, subject
from components.problems import Problem
from stacks.catalogue.model import HostKind, Service, Workload
from stacks.context import Context
from stacks.parts.doors import Consumer
from stacks.parts.network.subnets import APP_SERVICE, NODES
from stacks.parts.part import Part
from stacks.parts.variables import VariablePlan, variable_problems, variables_of
from stacks.settings.models import EnvironmentSettings

MILLI = 1000

IN_CLUSTER = frozenset({HostKind.AKS, HostKind.JOB})
SUBNET_OF: Mapping[HostKind, str] = {**dict.fromkeys(IN_CLUSTER, NODES), HostKind.APP_SERVICE: APP_SERVICE}
"""The role of the subnet from which each kind of workload goes out."""

KINDS: Mapping[str, HostKind] = {"app-service": HostKind.APP_SERVICE, "aks": HostKind.AKS}
"""Where a workload runs, by the setting ``services.<key>.host``."""

ENVIRONMENT_NAMES: Mapping[str, str] = {"dev": "Development", "staging": "Staging", "prod": "Production"}
"""Environments as ASP.NET Core names them (estate-services 1.6.2)."""

ONE_PORT = "Microsoft: Configure an ASP.NET Core app for Azure App Service (one HTTP port)"


@dataclass(frozen=True)
class WorkloadPlan:
    """What runs in the cluster for one service: one record gives namespace, service account and federated subject."""

    service: str
    pool: str
    """Key of its node pool."""
    namespace: str
    service_account: str
    subject: str
    """What the tokens of its service account say it is."""
    millicores: int
    """CPU that one copy requests."""
    memory_mib: int
    """Memory that one copy requests."""
    minimum: int
    """Copies at the least."""
    maximum: int
    variables: tuple[VariablePlan, ...] = ()
    """What its pods read from their environment."""


class Workloads(Part[EnvironmentSettings, tuple[WorkloadPlan, ...]]):
    """The services in the cluster, each running as its identity."""

    key = "workloads"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[WorkloadPlan, ...]:
        services = context.catalogue.by_key
        return tuple(
            replace(each, variables=variables_of(context, services[each.service])) for each in workloads_of(context)
        )

    def places(self, context: Context[EnvironmentSettings], service: Service) -> Service:
        """The host that the settings choose, for the workload and for the endpoints at which it answers."""
        override = context.settings.services.get(service.key)
        if override is None or override.host is None or service.workload is None:
            return service
        now, before = KINDS[override.host], service.workload.kind
        endpoints = tuple(replace(each, kind=now) if each.kind is before else each for each in service.endpoints)
        return replace(service, workload=replace(service.workload, kind=now), endpoints=endpoints)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {"environment/name": ENVIRONMENT_NAMES[context.environment]}

    def consumers(self, context: Context[EnvironmentSettings]) -> Iterator[Consumer]:
        """Pods go out from the nodes; App Service, all of its traffic, through its own subnet (Microsoft: Manage Azure
        App Service virtual network integration routing)."""
        for service in context.catalogue:
            if service.workload:
                needs = frozenset(group for need in service.needs for group in need.zones)
                yield Consumer(service.key, SUBNET_OF[service.workload.kind], needs)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        """Overrides of services that do not exist, bounds the wrong way round, hosts that cannot be, variables that
        cannot be filled."""
        yield from variable_problems(context)
        for key, service in context.settings.services.items():
            path = context.path(f"services.{key}")
            if key not in context.catalogue.by_key:
                yield Problem(path, "unknown service", key, ", ".join(context.catalogue.by_key))
                continue
            yield from _host_problems(context, context.catalogue.by_key[key])
            replicas = service.replicas
            if replicas and replicas.minimum > replicas.maximum:
                seen = f"{replicas.minimum} to {replicas.maximum}"
                yield Problem(f"{path}.replicas", "the minimum is above the maximum", seen, "minimum ≤ maximum")


def _host_problems(context: Context[EnvironmentSettings], service: Service) -> Iterator[Problem]:
    """A host for what runs nowhere, and App Service for what it cannot serve."""
    host, workload = context.settings.services[service.key].host, service.workload
    path = context.path(f"services.{service.key}.host")
    if host and workload is None:
        yield Problem(path, "the service has no workload", host, "no host")
    elif host == "app-service" and workload is not None and len(workload.ports) != 1:
        ports = ", ".join(f"{port.number}/{port.protocol}" for port in workload.ports) or "no port"
        yield Problem(path, f"App Service serves one HTTP port, not {ports}", host, "aks, or no host", ONE_PORT)


def workloads_of(context: Context[EnvironmentSettings]) -> tuple[WorkloadPlan, ...]:
    """The workloads of every service and job that runs on AKS, in the order of the catalogue, without variables."""
    return tuple(
        _workload(context, service, service.workload)
        for service in context.catalogue
        if service.workload and service.workload.kind in IN_CLUSTER
    )


def _workload(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> WorkloadPlan:
    override = context.settings.services.get(service.key)
    cpu, memory = workload.requests
    minimum, maximum = workload.replicas
    if override and override.requests:
        cpu, memory = override.requests.cpu, override.requests.memory_mib
    if override and override.replicas:
        minimum, maximum = override.replicas.minimum, override.replicas.maximum
    place, account = namespace(context.environment), object_name(service.key)
    return WorkloadPlan(
        service=service.key,
        pool=workload.pool,
        namespace=place,
        service_account=account,
        subject=subject(place, account),
        millicores=round(cpu * MILLI),
        memory_mib=memory,
        minimum=minimum,
        maximum=maximum,
    )


WORKLOADS = Workloads()
