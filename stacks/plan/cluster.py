"""The cluster of an environment: its checks, and everything about it decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Network
from math import ceil

from components.facts.lifecycles import LIFECYCLES
from components.facts.node_pools import NODE_POOLS, POD_RANGE_PREFIX, RESERVED_IN_SUBNET, SURGE
from components.facts.regions import REGIONS
from components.facts.vm_sizes import VM_SIZES
from components.naming import Names
from components.problems import Problem
from stacks.catalogue import Catalogue
from stacks.catalogue.names import CORE
from stacks.plan.capacity import capacity_problems
from stacks.plan.lifecycles import creation_problems
from stacks.plan.model import ClusterPlan, PoolPlan, WindowPlan
from stacks.plan.workloads import workloads_of
from stacks.settings import EnvironmentSettings
from stacks.settings.loading import file_name
from stacks.settings.models import Pool, Window

CLUSTER = "kubernetes-cluster/core"
"""How `mystira:adopt` speaks of the cluster."""

INITIAL_POOL = "agent-pool/core-system"
"""How it speaks of the pool that is made with the cluster: once adopted, the pool is managed by itself."""

NODES = "aks-nodes"
DNS_HOST = 10


def cluster_problems(stack: str, settings: EnvironmentSettings, catalogue: Catalogue, today: date) -> Iterator[Problem]:
    """Everything about the cluster that Azure would refuse, or that would not work."""
    prefix = f"{file_name(stack)}: mystira:aks"
    workloads = workloads_of(stack, settings, catalogue)
    yield from _version_problems(prefix, settings, today)
    yield from _access_problems(prefix, settings)
    pools = dict(settings.aks.pools)
    for key in NODE_POOLS:
        if key not in pools:
            yield Problem(f"{prefix}.pools.{key}", "missing", "", "a pool", "components/facts/node_pools.py")
    for key, pool in pools.items():
        if key not in NODE_POOLS:
            yield Problem(f"{prefix}.pools.{key}", "unknown pool", key, ", ".join(NODE_POOLS))
        yield from _pool_problems(f"{prefix}.pools.{key}", settings.azure.region, pool)
    for workload in workloads:
        if workload.pool not in NODE_POOLS:
            allowed = ", ".join(NODE_POOLS)
            yield Problem(f"catalogue: {workload.service}", "runs on an unknown pool", workload.pool, allowed)
    yield from capacity_problems(f"{prefix}.pools", pools, workloads)
    yield from _address_problems(stack, settings)


def _version_problems(prefix: str, settings: EnvironmentSettings, today: date) -> Iterator[Problem]:
    version = settings.aks.version
    known = [row.version for row in LIFECYCLES if row.what == "kubernetes"]
    running = [f"{prefix}.version"] if CLUSTER in settings.adopt else []
    if version not in known:
        yield Problem(f"{prefix}.version", "not a version that Azure offers", version, ", ".join(known), _READ_VERSIONS)
    yield from creation_problems(today, [(f"{prefix}.version", "kubernetes", version)], running)


_READ_VERSIONS = "components/facts/lifecycles.py"


def _access_problems(prefix: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    aks = settings.aks
    if aks.api == "private" and not aks.runner_in_network:
        allowed = "runner_in_network: true, when previews and updates really run there"
        yield Problem(f"{prefix}.api", "a private API cannot be reached from outside the network", "private", allowed)
    if aks.api == "private" and aks.authorized_ranges:
        seen = ", ".join(aks.authorized_ranges)
        yield Problem(f"{prefix}.authorized_ranges", "a private API has no public side", seen, "none")


def _pool_problems(path: str, region: str, pool: Pool) -> Iterator[Problem]:
    if pool.minimum >= pool.maximum:
        seen = f"{pool.minimum} to {pool.maximum}"
        yield Problem(f"{path}.maximum", "the autoscaler has no room", seen, f"more than {pool.minimum}", "S1-098")
    size = VM_SIZES.get(pool.vm_size)
    if size is None:
        allowed = ", ".join(VM_SIZES)
        yield Problem(f"{path}.vm_size", "not a size of components/facts/vm_sizes", pool.vm_size, allowed)
        return
    if region not in size.regions:
        yield Problem(f"{path}.vm_size", f"not offered in {region}", pool.vm_size, ", ".join(sorted(size.regions)))
    if pool.ephemeral and pool.os_disk_gib > size.local_disk_gib:
        seen = f"{pool.os_disk_gib} GiB on {size.name}"
        allowed = f"at most {size.local_disk_gib} GiB, or ephemeral: false"
        read = "Microsoft: Ephemeral OS disks for Azure VMs"
        yield Problem(f"{path}.os_disk_gib", "the OS disk does not fit on the machine's own disk", seen, allowed, read)


def _address_problems(stack: str, settings: EnvironmentSettings) -> Iterator[Problem]:
    prefix = f"{file_name(stack)}: mystira:network"
    nodes = most_nodes(settings)
    cidr = settings.network.subnets.get(NODES)
    if cidr is not None and IPv4Network(cidr).num_addresses - RESERVED_IN_SUBNET < nodes:
        allowed = f"{nodes + RESERVED_IN_SUBNET} addresses or more, for {nodes} nodes during an upgrade"
        yield Problem(f"{prefix}.subnets.{NODES}", "too small for the pools' maximum", cidr, allowed)
    pods = IPv4Network(settings.network.pod_cidr)
    if pods.prefixlen > POD_RANGE_PREFIX or 2 ** (POD_RANGE_PREFIX - pods.prefixlen) < nodes:
        allowed = f"a /{POD_RANGE_PREFIX} for each of {nodes} nodes"
        read = "Microsoft: Azure CNI Overlay networking in AKS"
        yield Problem(f"{prefix}.pod_cidr", "too small for the pools' maximum", str(pods), allowed, read)


def most_nodes(settings: EnvironmentSettings) -> int:
    """The largest number of nodes: every pool at its maximum, and an upgrade of all of them under way."""
    return sum(pool.maximum + ceil(pool.maximum * SURGE) for pool in settings.aks.pools.values())


def cluster_of(settings: EnvironmentSettings, names: Names) -> ClusterPlan:
    """The cluster, once its checks have passed."""
    aks, network = settings.aks, settings.network
    zones = REGIONS[settings.azure.region].zones
    return ClusterPlan(
        name=names.name(CORE, "kubernetes-cluster"),
        dns_prefix=f"{names.org}{names.instance}-{names.environment}-core",
        node_group=names.name(CORE, "resource-group", role="nodes"),
        control_plane=names.name(CORE, "user-assigned-identity", role="aks"),
        kubelet=names.name(CORE, "user-assigned-identity", role="kubelet"),
        version=aks.version,
        tier=aks.tier,
        upgrade_channel=aks.upgrade_channel,
        upgrades=_window(aks.upgrades),
        node_images=_window(aks.node_images),
        private=aks.api == "private",
        authorized_ranges=aks.authorized_ranges,
        pod_cidr=network.pod_cidr,
        service_cidr=network.service_cidr,
        dns_service_ip=str(IPv4Network(network.service_cidr)[DNS_HOST]),
        pools=tuple(_pool(names, key, aks.pools[key], zones) for key in NODE_POOLS),
        manage_initial_pool=INITIAL_POOL in settings.adopt,
    )


def _window(window: Window) -> WindowPlan:
    return WindowPlan(window.day, window.start, window.hours, window.utc_offset)


def _pool(names: Names, key: str, pool: Pool, zones: tuple[str, ...]) -> PoolPlan:
    facts = NODE_POOLS[key]
    return PoolPlan(
        name=names.child("agent-pool", key),
        mode=facts.mode,
        initial=facts.initial,
        vm_size=pool.vm_size,
        minimum=pool.minimum,
        maximum=pool.maximum,
        zones=zones,
        os_disk_gib=pool.os_disk_gib,
        ephemeral=pool.ephemeral,
        max_pods=pool.max_pods,
        labels=facts.labels,
        taints=facts.taints,
    )
