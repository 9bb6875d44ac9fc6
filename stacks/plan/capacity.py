"""The proof that what runs in the cluster fits its pools, at its smallest and at its largest (estate R2 to R4).

A constructive proof: pods are placed on nodes one by one, the largest first; what finds no place is a problem. Every
part says what of it runs in the cluster (``Part.pods``): services, add-ons, jobs, AKS' own. What AKS runs on each node
is taken off the nodes' room before (components/facts/vm_sizes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from components.facts.vm_sizes import VM_SIZES, Room, agents_of, allocatable
from components.problems import Problem
from stacks.context import Context
from stacks.parts.aks.pools import NODE_POOLS
from stacks.parts.pods import Pods
from stacks.settings.aks import Aks, Pool
from stacks.settings.models import EnvironmentSettings

READ = "docs/capacity.md"


@dataclass(frozen=True)
class Pod:
    """One of them."""

    name: str
    millicores: int
    memory_mib: int
    apart: bool = False
    """Whether no other of this name may be on its node."""


def capacity_problems(context: Context[Any]) -> Iterator[Problem]:
    """Pods that no node of their pool takes, and pools that cannot hold what runs on them."""
    settings = context.settings
    if not isinstance(settings, EnvironmentSettings):
        return
    for each in context.pods:
        if each.pool not in NODE_POOLS:
            yield Problem(_who(each), "runs on an unknown pool", each.pool, ", ".join(NODE_POOLS))
        elif missing := [taint for taint in NODE_POOLS[each.pool].taints if taint not in each.tolerates]:
            yield Problem(_who(each), "a taint of its pool keeps it away", missing[0], "a toleration of it")
    for key, pool in settings.aks.pools.items():
        if pool.vm_size in VM_SIZES and key in NODE_POOLS:
            mine = [each for each in context.pods if each.pool == key]
            yield from _pool_problems(context, key, pool, mine)


def room_of(aks: Aks, pool: Pool) -> Room:
    """What a node of a pool leaves to pods."""
    agents = agents_of(prometheus=aks.prometheus, container_logs=aks.container_logs)
    return allocatable(VM_SIZES[pool.vm_size], pool.max_pods, agents)


def _pool_problems(
    context: Context[EnvironmentSettings], key: str, pool: Pool, everything: list[Pods]
) -> Iterator[Problem]:
    room, fitting = room_of(context.settings.aks, pool), []
    beside = f", or another name for a new pool beside the live one (aks.pools.{key}.name)"
    way_out = beside if (pool.name or key) in context.settings.aks.live_pools else ""
    for each in everything:
        if each.millicores > room.millicores or each.memory_mib > room.memory_mib:
            path = context.path(each.setting) if each.setting else _who(each)
            what = f"no node of the pool {key} has as much for a pod, whatever else runs there"
            allowed = f"at most {room.millicores / 1000:g} cores and {room.memory_mib} MiB, or larger machines{way_out}"
            yield Problem(path, what, f"{each.millicores / 1000:g} cores and {each.memory_mib} MiB", allowed, READ)
        else:
            fitting.append(each)
    for what, nodes, pods in (
        ("minimum", pool.minimum, smallest(fitting)),
        ("maximum", pool.maximum, largest(fitting)),
    ):
        if left := unplaced(pods, room, nodes):
            seen = f"{nodes} nodes {pool.vm_size} for {summed(pods)}"
            allowed = f"room for {', '.join(sorted({pod.name for pod in left}))}: {summed(left)} more{way_out}"
            path = context.path(f"aks.pools.{key}.{what}")
            yield Problem(path, "the pool cannot hold what runs on it", seen, allowed, READ)


def smallest(everything: Iterable[Pods]) -> list[Pod]:
    """What there is at the least."""
    return [pod for each in everything for pod in _copies(each, each.minimum)]


def largest(everything: Iterable[Pods]) -> list[Pod]:
    """What there is at the most, everything being updated at once."""
    return [pod for each in everything for pod in _copies(each, each.maximum + each.surge)]


def unplaced(pods: Iterable[Pod], room: Room, nodes: int) -> list[Pod]:
    """The pods that find no place on ``nodes`` nodes with ``room`` each, the largest placed first."""
    free = [[room.millicores, room.memory_mib, room.pods] for _ in range(nodes)]
    names: list[set[str]] = [set() for _ in range(nodes)]
    left: list[Pod] = []
    for pod in sorted(pods, key=lambda pod: (-pod.memory_mib, -pod.millicores, pod.name)):
        for node, there in zip(free, names, strict=True):
            fits = node[0] >= pod.millicores and node[1] >= pod.memory_mib and node[2] >= 1
            if fits and not (pod.apart and pod.name in there):
                node[0] -= pod.millicores
                node[1] -= pod.memory_mib
                node[2] -= 1
                there.add(pod.name)
                break
        else:
            left.append(pod)
    return left


def summed(pods: Sequence[Pod]) -> str:
    """What pods request together, for people."""
    cores = sum(pod.millicores for pod in pods) / 1000
    return f"{len(pods)} pods with {cores:g} cores and {sum(pod.memory_mib for pod in pods)} MiB"


def _who(pods: Pods) -> str:
    """Who says what they need, for errors."""
    return f"catalogue: {pods.name}" if pods.setting else f"plan: {pods.name}"


def _copies(pods: Pods, number: int) -> list[Pod]:
    return [Pod(pods.name, pods.millicores, pods.memory_mib, pods.apart)] * number
