"""What a service in the cluster becomes: the record of the catalogue with the numbers of the settings."""

from __future__ import annotations

from collections.abc import Mapping

from components.aks.facts import IDLE_TIMEOUT_ANNOTATION
from components.facts.regions import REGIONS
from components.kubernetes.manifests import labels, selector
from components.naming.kubernetes import namespace, object_name
from components.workloads.spec import (
    DiskSpec,
    ImageSpec,
    PeersSpec,
    PortSpec,
    ProbeSpec,
    ResourcesSpec,
    WorkloadSpec,
)
from stacks.catalogue.model import Port, Probe, Service, Use, Workload
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS
from stacks.parts.network.subnets import PRIVATE_LINK, peers_address
from stacks.parts.registry.plan import registry_host
from stacks.parts.variables import VariablePlan
from stacks.parts.vaults.plan import KEY_VAULT
from stacks.parts.workloads.checks import NOTHING, disk_of
from stacks.parts.workloads.policies import instance
from stacks.settings.models import EnvironmentSettings
from stacks.settings.services import ServiceSettings

MILLI = 1000
PEERS = "p2p"
"""The role of the service at which copies answer their peers."""


def workload_spec(
    context: Context[EnvironmentSettings],
    service: Service,
    workload: Workload,
    variables: tuple[VariablePlan, ...],
) -> WorkloadSpec:
    """The pods of a service that serves in the cluster."""
    own = context.settings.services.get(service.key, NOTHING)
    pool, here = NODE_POOLS[workload.pool], instance(context)
    minimum, maximum = replicas_of(workload, own)
    return WorkloadSpec(
        name=object_name(service.key),
        namespace=namespace(context.environment),
        service=service.key,
        selector=selector(service.key, here),
        labels=labels(service.key, here),
        image=ImageSpec(registry_host(context), service.key, own.image_tag or "", own.image_digest or ""),
        ports=tuple(map(_port, workload.ports)),
        served=tuple(map(_port, workload.used_for(Use.CALLERS))),
        probes=_probes(workload),
        resources=resources_of(workload, own),
        writable=workload.writable,
        minimum=minimum,
        maximum=maximum,
        node_selector=pool.labels,
        tolerations=tuple(map(toleration, pool.taints)),
        variables={each.name: each.value for each in variables if not each.secret},
        secrets={each.name: each.secret for each in variables if each.secret},
        vault=context.names.name(service.project, KEY_VAULT),
        tenant_id=str(context.settings.azure.tenant_id),
        disk=_disk(context, service, own),
        peers=_peers(context, service, workload),
    )


def toleration(taint: str) -> Mapping[str, str]:
    """The toleration of a taint, ``key=value:effect``."""
    label, _, effect = taint.partition(":")
    key, _, value = label.partition("=")
    return {"key": key, "operator": "Equal", "value": value, "effect": effect}


def _port(port: Port) -> PortSpec:
    return PortSpec(port.name, port.number, port.protocol)


def _probes(workload: Workload) -> Mapping[str, ProbeSpec]:
    return {
        name: ProbeSpec(probe.kind, _port(port), probe.path, probe.period_seconds, probe.failures)
        for name, probe, port in _asked(workload)
        if port
    }


def _asked(workload: Workload) -> tuple[tuple[str, Probe, Port | None], ...]:
    return tuple((name, probe, workload.port(probe.port)) for name, probe in workload.probes.items())


def replicas_of(workload: Workload, own: ServiceSettings) -> tuple[int, int]:
    """The fewest and the most copies."""
    return (own.replicas.minimum, own.replicas.maximum) if own.replicas else workload.replicas


def resources_of(workload: Workload, own: ServiceSettings) -> ResourcesSpec:
    """What each copy is guaranteed, and what it may use at most."""
    cpu, memory = (own.requests.cpu, own.requests.memory_mib) if own.requests else workload.requests
    most_cpu, most_memory = (own.limits.cpu, own.limits.memory_mib) if own.limits else workload.limits
    return ResourcesSpec(round(cpu * MILLI), memory, round(most_cpu * MILLI), most_memory)


def _disk(context: Context[EnvironmentSettings], service: Service, own: ServiceSettings) -> DiskSpec | None:
    need = disk_of(service)
    if need is None:
        return None
    zones = REGIONS[context.settings.azure.region].zones
    usual = "Premium_ZRS" if zones else "Premium_LRS"
    return DiskSpec(object_name(service.key), own.disk_sku or usual, own.disk_gib or need.size_gib, need.path)


def _peers(context: Context[EnvironmentSettings], service: Service, workload: Workload) -> PeersSpec | None:
    """Where peers outside the cluster would find the copies, where the network has a subnet for it."""
    ports, network = tuple(map(_port, workload.used_for(Use.PEERS))), context.settings.network
    address = peers_address(network)
    if not ports or address is None:
        return None
    return PeersSpec(
        name=object_name(service.key, PEERS),
        address=str(address),
        subnet=network.subnet_names.get(PRIVATE_LINK, PRIVATE_LINK),
        ports=ports,
        annotations={IDLE_TIMEOUT_ANNOTATION: str(context.settings.aks.load_balancer_idle_minutes)},
    )
