"""Sizes of virtual machines for node pools, and what a node of each leaves to pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.facts.regions import GLOBAL, REGIONS

_D = "Microsoft: Ddsv5 sizes series"
_E = "Microsoft: Edsv5 sizes series"
_PLAIN = "Microsoft: Dsv5 sizes series"
_BURST = "Microsoft: Bv1 sizes series"


@dataclass(frozen=True)
class VmSize:
    """``local_disk_gib`` is the temporary disk that an ephemeral OS disk must fit on, 0 for none.

    ``family`` is the name of its vCPU quota as ``az vm list-usage`` has it (langchain-ai/terraform #261 and
    Azure/azure-rest-api-specs #25455 show such names; those of DDSv5 and EDSv5 follow their form, assumed). ``regions``
    where the size is offered: read from no list (the offline reader has none), assumed to be all regions of this
    platform but South Africa West, whose access is restricted; ``az vm list-skus --location`` decides.
    """

    name: str
    vcpus: int
    memory_mib: int
    local_disk_gib: int
    family: str
    regions: frozenset[str]
    source: str


_EVERYWHERE = frozenset(REGIONS) - {GLOBAL, "southafricawest"}

VM_SIZES: Mapping[str, VmSize] = {
    size.name: size
    for size in (
        VmSize("Standard_D2ds_v5", 2, 8 << 10, 75, "standardDDSv5Family", _EVERYWHERE, _D),
        VmSize("Standard_D4ds_v5", 4, 16 << 10, 150, "standardDDSv5Family", _EVERYWHERE, _D),
        VmSize("Standard_D8ds_v5", 8, 32 << 10, 300, "standardDDSv5Family", _EVERYWHERE, _D),
        VmSize("Standard_D16ds_v5", 16, 64 << 10, 600, "standardDDSv5Family", _EVERYWHERE, _D),
        VmSize("Standard_E2ds_v5", 2, 16 << 10, 75, "standardEDSv5Family", _EVERYWHERE, _E),
        VmSize("Standard_E4ds_v5", 4, 32 << 10, 150, "standardEDSv5Family", _EVERYWHERE, _E),
        VmSize("Standard_E8ds_v5", 8, 64 << 10, 300, "standardEDSv5Family", _EVERYWHERE, _E),
        VmSize("Standard_D2s_v5", 2, 8 << 10, 0, "standardDSv5Family", _EVERYWHERE, _PLAIN),
        VmSize("Standard_D4s_v5", 4, 16 << 10, 0, "standardDSv5Family", _EVERYWHERE, _PLAIN),
        VmSize("Standard_B2s", 2, 4 << 10, 8, "standardBSFamily", _EVERYWHERE, _BURST),
    )
}

_RESERVED_MILLICORES = {1: 60, 2: 100, 4: 140, 8: 180, 16: 260, 32: 420, 64: 740}
"""Microsoft: Node resource reservations in AKS."""

EVICTION_MIB = 100
"""The kubelet evicts below this much free memory (the same page, AKS 1.29 and later)."""

NODE_ADDONS = (500, 800, 10)
"""Millicores, MiB and pods that AKS' own DaemonSets request on every node: network, disks, secrets, cloud. Assumed: the
sum of their manifests' requests, rounded up."""

SYSTEM_ADDONS = (1500, 2048, 20)
"""The same for what AKS runs once, on the system pool: CoreDNS, konnectivity, metrics, policy. Assumed."""


_METRICS = "Azure/prometheus-collector: otelcollector/deploy/addon-chart/azure-monitor-metrics-addon at 75bfead"
_LOGS = "microsoft/Docker-Provider: charts/azuremonitor-containerinsights-aks/templates/ama-logs.yaml at 6b20ab0"


@dataclass(frozen=True)
class Agent:
    """A pod of an agent that AKS runs where the settings ask for it: what all its containers request together, and how
    many there are; 0: one on every node."""

    name: str
    millicores: int
    memory_mib: int
    copies: int
    source: str


PROMETHEUS, CONTAINER_LOGS = "prometheus", "container_logs"
"""The agents, as the settings call what they do."""

AGENTS: Mapping[str, tuple[Agent, ...]] = {
    PROMETHEUS: (
        # One more copy comes only when the two have five GiB each (ama-metrics-collector-hpa.yaml), which a cluster of
        # this size never fills: the collector of a cluster of three nodes uses 150 MiB (Microsoft: Scrape Prometheus
        # metrics at scale in Azure Monitor).
        Agent("ama-metrics", 150 + 20, 500 + 30, 2, _METRICS),
        Agent("ama-metrics-ksm", 5, 50, 1, _METRICS),
        Agent("ama-metrics-operator-targets", 10 + 1, 50 + 10, 1, _METRICS),
        Agent("ama-metrics-node", 50 + 20, 150 + 30, 0, _METRICS),
    ),
    CONTAINER_LOGS: (
        Agent("ama-logs-rs", 150 + 100, 250 + 100, 1, _LOGS),
        Agent("ama-logs", 75 + 75 + 20, 325 + 225 + 50, 0, _LOGS),
    ),
}
"""By what they do: token adapters and side containers included."""


def agents_of(*, prometheus: bool, container_logs: bool) -> tuple[str, ...]:
    """Those of :data:`AGENTS` that run."""
    return tuple(key for key, runs in ((PROMETHEUS, prometheus), (CONTAINER_LOGS, container_logs)) if runs)


@dataclass(frozen=True)
class Room:
    """What pods can have: millicores, MiB, number."""

    millicores: int
    memory_mib: int
    pods: int


def allocatable(size: VmSize, max_pods: int, agents: Iterable[str] = ()) -> Room:
    """What a node leaves to our pods, after the kubelet's reservations, the add-ons on every node and ``agents``, which
    are keys of :data:`AGENTS`."""
    reserved = next(value for cores, value in sorted(_RESERVED_MILLICORES.items()) if cores >= size.vcpus)
    memory = min(20 * max_pods + 50, size.memory_mib // 4) + EVICTION_MIB
    cores, mib, pods = NODE_ADDONS
    everywhere = [agent for key in agents for agent in AGENTS[key] if not agent.copies]
    cores += sum(agent.millicores for agent in everywhere)
    mib += sum(agent.memory_mib for agent in everywhere)
    return Room(size.vcpus * 1000 - reserved - cores, size.memory_mib - memory - mib, max_pods - pods - len(everywhere))
