"""What runs in the cluster: the catalogue's records with the environment's own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from components.kubernetes.manifests import labels
from components.naming.kubernetes import namespace, object_name, subject
from components.problems import Problem
from components.workloads.spec import AccountSpec, PolicySpec, WorkloadSpec
from stacks.catalogue.model import HostKind, Service, Workload
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS
from stacks.parts.doors import Consumer
from stacks.parts.network.subnets import APP_SERVICE, NODES
from stacks.parts.part import Part, Step
from stacks.parts.pods import Pods
from stacks.parts.postgresql.plan import uses_database
from stacks.parts.variables import VariablePlan, variable_problems, variables_of
from stacks.parts.workloads.checks import NOTHING, disk_of, serves_in_cluster, service_problems
from stacks.parts.workloads.policies import IN_CLUSTER, instance, policy_of
from stacks.parts.workloads.specs import replicas_of, resources_of, workload_spec
from stacks.settings.models import EnvironmentSettings

SUBNET_OF: Mapping[HostKind, str] = {**dict.fromkeys(IN_CLUSTER, NODES), HostKind.APP_SERVICE: APP_SERVICE}
"""The role of the subnet from which each kind of workload goes out."""

KINDS: Mapping[str, HostKind] = {"app-service": HostKind.APP_SERVICE, "aks": HostKind.AKS}
"""Where a workload runs, by the setting ``services.<key>.host``."""

ENVIRONMENT_NAMES: Mapping[str, str] = {"dev": "Development", "staging": "Staging", "prod": "Production"}
"""Environments as ASP.NET Core names them (estate-services 1.6.2)."""

RUNBOOK = "docs/runbooks/aks.md"


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
    variables: tuple[VariablePlan, ...]
    """What its pods read from their environment."""
    uses_database: bool
    """Whether it waits for the rights in the databases."""
    account: AccountSpec
    """What its pods run as."""
    policy: PolicySpec
    """Who may talk to them, and to whom they may talk."""
    spec: WorkloadSpec | None
    """What runs. ``None`` for a job, which runs when somebody starts it, and while ``rollout`` is off."""


class Workloads(Part[EnvironmentSettings, tuple[WorkloadPlan, ...]]):
    """The services in the cluster, each running as its identity."""

    key = "workloads"

    def plan(self, context: Context[EnvironmentSettings]) -> tuple[WorkloadPlan, ...]:
        return tuple(_workload(context, service, workload) for service, workload in in_cluster(context))

    def places(self, context: Context[EnvironmentSettings], service: Service) -> Service:
        """The host that the settings choose, for the workload and for the endpoints at which it answers."""
        override = context.settings.services.get(service.key)
        if override is None or override.host is None or service.workload is None:
            return service
        now, before = KINDS[override.host], service.workload.kind
        endpoints = tuple(replace(each, kind=now) if each.kind is before else each for each in service.endpoints)
        return replace(service, workload=replace(service.workload, kind=now), endpoints=endpoints)

    def known(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        """The environment's name, and on which ports each service in the cluster listens. App Service tells it."""
        ports = {
            service.key: ";".join(str(port.number) for port in service.workload.ports)
            if service.workload and serves_in_cluster(service)
            else ""
            for service in context.catalogue
        }
        return {
            "environment/name": ENVIRONMENT_NAMES[context.environment],
            **{f"ports/{key}": value for key, value in ports.items()},
        }

    def consumers(self, context: Context[EnvironmentSettings]) -> Iterator[Consumer]:
        """Pods go out from the nodes; App Service, all of its traffic, through its own subnet (Microsoft: Manage Azure
        App Service virtual network integration routing)."""
        for service in context.catalogue:
            if service.workload:
                needs = frozenset(group for need in service.needs for group in need.zones)
                yield Consumer(service.key, SUBNET_OF[service.workload.kind], needs)

    def problems(self, context: Context[EnvironmentSettings]) -> Iterator[Problem]:
        yield from variable_problems(context)
        yield from service_problems(context)

    def pods(self, context: Context[EnvironmentSettings]) -> Iterator[Pods]:
        """An update starts one copy before it stops another, except where copies have disks. What is not rolled out yet
        counts: it will be."""
        for service, workload in in_cluster(context):
            own = context.settings.services.get(service.key, NOTHING)
            resources, (minimum, maximum) = resources_of(workload, own), replicas_of(workload, own)
            disks = disk_of(service) is not None
            yield Pods(
                name=service.key,
                pool=workload.pool,
                millicores=resources.millicores,
                memory_mib=resources.memory_mib,
                minimum=minimum,
                maximum=maximum,
                surge=0 if disks or service.job else 1,
                apart=disks,
                namespace=namespace(context.environment),
                limit_millicores=resources.limit_millicores,
                limit_memory_mib=resources.limit_memory_mib,
                tolerates=NODE_POOLS[workload.pool].taints if workload.pool in NODE_POOLS else (),
                setting=f"services.{service.key}.requests",
            )

    def steps(self, context: Context[EnvironmentSettings]) -> Iterator[Step]:
        """A service without an image."""
        for key, own in context.settings.services.items():
            if own.rollout == "off":
                yield Step(
                    key=f"rollout-{key}",
                    do=f"once there is an image of {key}: name it in services.{key} and remove rollout: off",
                    check=f"kubectl get deployment,statefulset -n {instance(context)} {object_name(key)}",
                    read=RUNBOOK,
                )


def in_cluster(context: Context[EnvironmentSettings]) -> Iterator[tuple[Service, Workload]]:
    """Every service and job whose pods are in the cluster, in the order of the catalogue."""
    for service in context.catalogue:
        if service.workload and service.workload.kind in IN_CLUSTER:
            yield service, service.workload


def rolled_out(context: Context[EnvironmentSettings], service: Service) -> bool:
    """Whether pods of a service answer in the cluster."""
    return serves_in_cluster(service) and context.settings.services.get(service.key, NOTHING).rollout == "on"


def _workload(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> WorkloadPlan:
    own = context.settings.services.get(service.key, NOTHING)
    resources, (minimum, maximum) = resources_of(workload, own), replicas_of(workload, own)
    place, account = namespace(context.environment), object_name(service.key)
    variables = variables_of(context, service)
    return WorkloadPlan(
        service=service.key,
        pool=workload.pool,
        namespace=place,
        service_account=account,
        subject=subject(place, account),
        millicores=resources.millicores,
        memory_mib=resources.memory_mib,
        minimum=minimum,
        maximum=maximum,
        variables=variables,
        uses_database=uses_database(service),
        account=AccountSpec(account, place, labels(service.key, instance(context))),
        policy=policy_of(context, service, workload),
        spec=workload_spec(context, service, workload, variables) if rolled_out(context, service) else None,
    )


WORKLOADS = Workloads()
