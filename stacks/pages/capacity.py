"""docs/capacity.md: the limits of every environment, and what its cluster holds at its smallest and at its largest."""

from __future__ import annotations

from collections.abc import Iterator

from components.aks.spec import ClusterSpec, PoolSpec
from components.facts.vm_sizes import VM_SIZES, agents_of, allocatable
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.parts.aks.plan import AKS
from stacks.parts.pods import Pods
from stacks.plan.capacity import largest, smallest, summed
from stacks.plan.model import StackPlan

INTRODUCTION = """\
How much each environment can take is a decision in its settings, not a default: `services.<key>.replicas` and
`aks.pools` are required. A plan whose pods do not fit its nodes is refused (`stacks/plan/capacity.py`): they are placed
one by one, at their fewest on the fewest nodes and at their most on the most nodes, with one copy more of everything
that is being updated, the add-ons, the job of the grants, and the taints of the pools. What the kubelet reserves and
what AKS runs on every node, the agents of metrics and logs included, is taken off first.
"""

POOLS = """\
## Pools

Room is what a node leaves to pods.
"""
POOL_HEADING = (
    "stack",
    "pool",
    "nodes",
    "machine",
    "room of a node",
    "requested at the least",
    "requested at the most",
)

WORKLOADS = """\
## Pods

Each requests this much; copies follow the load between the two numbers.
"""
POD_HEADING = ("stack", "pods", "pool", "copies", "more in an update", "cores", "MiB")


def capacity_page() -> str:
    """The whole page."""
    clusters = {stack: plan for stack, plan in plans().items() if plan.get(AKS)}
    pools = [row for stack, plan in clusters.items() for row in _pools(stack, plan)]
    pods = [_pods(stack, each) for stack, plan in clusters.items() for each in plan.pods]
    return page("Capacity", INTRODUCTION, POOLS, table(POOL_HEADING, pools), WORKLOADS, table(POD_HEADING, pods))


def _pools(stack: str, plan: StackPlan) -> Iterator[tuple[str, ...]]:
    for pool in plan.of(AKS).cluster.pools:
        mine = [each for each in plan.pods if each.pool == pool.name]
        nodes = f"{pool.minimum}-{pool.maximum}"
        room = _room(plan.of(AKS).cluster, pool)
        yield stack, pool.name, nodes, pool.vm_size, room, summed(smallest(mine)), summed(largest(mine))


def _room(cluster: ClusterSpec, pool: PoolSpec) -> str:
    agents = agents_of(prometheus=cluster.prometheus, container_logs=cluster.container_logs)
    room = allocatable(VM_SIZES[pool.vm_size], pool.max_pods, agents)
    return f"{room.pods} pods, {room.millicores / 1000:g} cores, {room.memory_mib} MiB"


def _pods(stack: str, pods: Pods) -> tuple[str, ...]:
    copies = f"{pods.minimum}-{pods.maximum}" if pods.minimum != pods.maximum else str(pods.minimum)
    apart = " (one a node)" if pods.apart else ""
    return (
        stack,
        pods.name,
        pods.pool,
        copies + apart,
        str(pods.surge),
        f"{pods.millicores / 1000:g}",
        str(pods.memory_mib),
    )
