"""The proof that what the catalogue asks for fits the pools, at its smallest and at its largest (estate R2 to R4).

A constructive proof: pods are placed on nodes one by one, the largest first; what finds no place is a problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.facts.vm_sizes import SYSTEM_ADDONS, VM_SIZES, Room, allocatable
from components.problems import Problem
from stacks.parts.aks.pools import NODE_POOLS
from stacks.parts.workloads.plan import WorkloadPlan
from stacks.settings.aks import Pool

READ = "estate-platform 1.3: requests against nodes"


@dataclass(frozen=True)
class Pod:
    """One copy of a workload."""

    service: str
    millicores: int
    memory_mib: int


def capacity_problems(path: str, pools: dict[str, Pool], workloads: tuple[WorkloadPlan, ...]) -> Iterator[Problem]:
    """Pools that cannot hold what runs on them. ``path`` is the YAML path of the pools."""
    for key, pool in pools.items():
        size = VM_SIZES.get(pool.vm_size)
        if size is None or key not in NODE_POOLS:
            continue
        room = allocatable(size, pool.max_pods)
        mine = [workload for workload in workloads if workload.pool == key]
        for what, nodes, pods in (
            ("minimum", pool.minimum, [pod for each in mine for pod in _copies(each, each.minimum)]),
            ("maximum", pool.maximum, [pod for each in mine for pod in _copies(each, each.maximum + 1)]),
        ):
            if key == "system":
                cores, memory, number = SYSTEM_ADDONS
                pods += [Pod("AKS' own", cores // number, memory // number)] * number
            left = unplaced(pods, room, nodes)
            if left:
                seen = f"{nodes} nodes {pool.vm_size} for {_sum(pods)}"
                allowed = f"room for {', '.join(sorted({pod.service for pod in left}))}: {_sum(left)} more"
                yield Problem(f"{path}.{key}.{what}", "the pool cannot hold what runs on it", seen, allowed, READ)


def unplaced(pods: Iterable[Pod], room: Room, nodes: int) -> list[Pod]:
    """The pods that find no place on ``nodes`` nodes with ``room`` each, the largest placed first."""
    free = [[room.millicores, room.memory_mib, room.pods] for _ in range(nodes)]
    left: list[Pod] = []
    for pod in sorted(pods, key=lambda pod: (-pod.memory_mib, -pod.millicores, pod.service)):
        for node in free:
            if node[0] >= pod.millicores and node[1] >= pod.memory_mib and node[2] >= 1:
                node[0] -= pod.millicores
                node[1] -= pod.memory_mib
                node[2] -= 1
                break
        else:
            left.append(pod)
    return left


def _copies(workload: WorkloadPlan, number: int) -> list[Pod]:
    """``number`` copies; at the maximum one more than that, which a rolling update starts before it stops another."""
    return [Pod(workload.service, workload.millicores, workload.memory_mib)] * number


def _sum(pods: list[Pod]) -> str:
    cores = sum(pod.millicores for pod in pods) / 1000
    return f"{len(pods)} pods with {cores:g} cores and {sum(pod.memory_mib for pod in pods)} MiB"
