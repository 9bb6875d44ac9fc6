"""What runs in the cluster of an environment: the catalogue's records with the environment's own numbers."""

from __future__ import annotations

from components.naming.kubernetes import namespace, object_name, subject
from stacks.catalogue import Catalogue, HostKind, Service, Workload
from stacks.plan.model import WorkloadPlan
from stacks.settings import EnvironmentSettings

MILLI = 1000


def workloads_of(stack: str, settings: EnvironmentSettings, catalogue: Catalogue) -> tuple[WorkloadPlan, ...]:
    """The workloads of every service that runs on AKS, in the order of the catalogue."""
    return tuple(
        _workload(stack, settings, service, service.workload)
        for service in catalogue
        if service.workload and service.workload.kind is HostKind.AKS
    )


def _workload(stack: str, settings: EnvironmentSettings, service: Service, workload: Workload) -> WorkloadPlan:
    said = settings.services.get(service.key)
    cpu, memory = workload.requests
    minimum, maximum = workload.replicas
    if said and said.requests:
        cpu, memory = said.requests.cpu, said.requests.memory_mib
    if said and said.replicas:
        minimum, maximum = said.replicas.minimum, said.replicas.maximum
    place, account = namespace(stack), object_name(service.key)
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
