"""What Azure or a rule of this platform refuses about the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from components.aks.facts import DNS_HOST, GUEST_STATE_GIB, POD_RANGE_PREFIX, SERVICE_RANGE_PREFIX, SURGE
from components.facts.lifecycles import LIFECYCLES
from components.facts.vm_sizes import VM_SIZES
from components.network.facts import RESERVED_IN_SUBNET
from components.problems import Problem
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS
from stacks.parts.lifecycles import creation_problems
from stacks.parts.network.subnets import NODES
from stacks.settings.aks import Pool
from stacks.settings.models import EnvironmentSettings

CLUSTER = "kubernetes-cluster/core"
"""The cluster, as `mystira:adopt` refers to it."""

READ_VERSIONS = "components/facts/lifecycles.py"
READ_LIVE = "docs/runbooks/adoption.md"
READ_POOLS = "stacks/parts/aks/pools.py"
EPHEMERAL = "Microsoft: Ephemeral OS disks for Azure VMs"
OVERLAY = "Microsoft: Azure CNI Overlay networking in AKS"
PLANNING = "Microsoft: IP address planning for AKS"


def cluster_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Everything about the cluster that Azure would refuse, or that would not work."""
    yield from _version_problems(context)
    yield from _access_problems(context)
    pools = dict(context.settings.aks.pools)
    for key in NODE_POOLS:
        if key not in pools:
            yield Problem(context.path(f"aks.pools.{key}"), "missing", "", "a pool", READ_POOLS)
    for key, pool in pools.items():
        path = context.path(f"aks.pools.{key}")
        if key not in NODE_POOLS:
            yield Problem(path, "unknown pool", key, ", ".join(NODE_POOLS))
        yield from _pool_problems(path, context.settings.azure.region, pool)
    yield from _live_problems(context)
    yield from _address_problems(context)


def name_of(key: str, pool: Pool) -> str:
    """The name of a pool in the cluster."""
    return pool.name or key


def _live_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    """Pools that a new cluster cannot have yet, two of one name, and one that would get other machines."""
    aks, path = context.settings.aks, context.path("aks.live_pools")
    if aks.live_pools and CLUSTER not in context.settings.adopt:
        allowed = f"no such entry, or mystira:adopt.{CLUSTER}"
        yield Problem(path, "a new cluster has no pools yet", ", ".join(aks.live_pools), allowed, READ_LIVE)
        return
    taken: dict[str, str] = {}
    for key, pool in sorted(aks.pools.items(), key=lambda each: each[1].name is not None):
        name, setting = name_of(key, pool), context.path(f"aks.pools.{key}")
        other = taken.setdefault(name, key)
        if other != key:
            yield Problem(f"{setting}.name", f"also the name of the pool {other}", name, "a name of its own")
        live = aks.live_pools.get(name)
        told = live.model_dump(exclude_none=True) if live else {}
        apart = {field: value for field, value in told.items() if getattr(pool, field) != value}
        if apart:
            what = f"the live cluster has a pool {name}, whose machines stay as they are"
            seen = _fields({field: getattr(pool, field) for field in apart})
            allowed = f"{_fields(apart)}; or name: another name, for a new pool beside it"
            yield Problem(setting, what, seen, allowed, READ_LIVE)


def _fields(values: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name}: {str(value).lower() if value is True or value is False else value}" for name, value in values.items()
    )


def _version_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    path, version = context.path("aks.version"), context.settings.aks.version
    known = kubernetes_versions()
    running = CLUSTER in context.settings.adopt
    if version not in known and not (running and is_older(version, known)):
        yield Problem(path, "not a version that Azure offers", version, ", ".join(known), READ_VERSIONS)
    yield from creation_problems(path, "kubernetes", version, context.today, running=running)


def kubernetes_versions() -> list[str]:
    """The minor versions that Azure offers, the oldest first."""
    return [row.version for row in LIFECYCLES if row.what == "kubernetes"]


def is_older(version: str, known: Sequence[str]) -> bool:
    """Whether a version was offered before the first of those that Azure offers now."""
    return _minor(version) < min(map(_minor, known))


def _minor(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _access_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    aks = context.settings.aks
    if aks.api == "private" and not aks.runner_in_network:
        what = "a private API cannot be reached from outside the network"
        allowed = "runner_in_network: true, when previews and updates really run there"
        yield Problem(context.path("aks.api"), what, "private", allowed)
    if aks.api == "private" and aks.authorized_ranges:
        seen = ", ".join(map(str, aks.authorized_ranges))
        yield Problem(context.path("aks.authorized_ranges"), "a private API has no public side", seen, "none")


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
    room = max(size.local_disk_gib - GUEST_STATE_GIB, 0)
    if pool.ephemeral and pool.os_disk_gib > room:
        seen = f"{pool.os_disk_gib} GiB on {size.name}"
        allowed = f"at most {room} GiB, or ephemeral: false"
        what = "the OS disk does not fit on the machine's own disk"
        yield Problem(f"{path}.os_disk_gib", what, seen, allowed, EPHEMERAL)


def _address_problems(context: Context[EnvironmentSettings]) -> Iterator[Problem]:
    nodes = most_nodes(context.settings)
    cidr = context.settings.network.subnets.get(NODES)
    if cidr is not None and cidr.num_addresses - RESERVED_IN_SUBNET < nodes:
        allowed = f"{nodes + RESERVED_IN_SUBNET} addresses or more, for {nodes} nodes during an upgrade"
        yield Problem(context.path(f"network.subnets.{NODES}"), "too small for the pools' maximum", str(cidr), allowed)
    pods = context.settings.network.pod_cidr
    if pods.prefixlen > POD_RANGE_PREFIX or 2 ** (POD_RANGE_PREFIX - pods.prefixlen) < nodes:
        allowed = f"a /{POD_RANGE_PREFIX} for each of {nodes} nodes"
        yield Problem(context.path("network.pod_cidr"), "too small for the pools' maximum", str(pods), allowed, OVERLAY)
    services, path = context.settings.network.service_cidr, context.path("network.service_cidr")
    if services.prefixlen < SERVICE_RANGE_PREFIX:
        allowed = f"/{SERVICE_RANGE_PREFIX} or smaller"
        yield Problem(path, "larger than AKS takes", str(services), allowed, PLANNING)
    if services.num_addresses <= DNS_HOST:
        what, allowed = "too small: Kubernetes' DNS has no address", f"more than {DNS_HOST} addresses"
        yield Problem(path, what, str(services), allowed, PLANNING)


def most_nodes(settings: EnvironmentSettings) -> int:
    """The largest number of nodes: every pool at its maximum, and an upgrade of all of them under way."""
    return sum(pool.maximum + ceil(pool.maximum * SURGE) for pool in settings.aks.pools.values())
