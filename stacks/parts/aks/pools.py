"""The node pools of a cluster: what each is for, and who may run there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NodePool:
    """``initial`` is the pool that is made with the cluster; ``labels`` select it, ``taints`` keep others away."""

    key: str
    mode: str
    initial: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()
    why: str = ""


SYSTEM = "system"
"""The pool of the cluster's own parts."""
SERVICES = "services"
"""The pool of everything that keeps no data."""

NODE_POOLS: Mapping[str, NodePool] = {
    pool.key: pool
    for pool in (
        NodePool(
            SYSTEM,
            "System",
            initial=True,
            taints=("CriticalAddonsOnly=true:NoSchedule",),
            why="the cluster's own parts are not starved by services (mspnp/aks-baseline)",
        ),
        NodePool(SERVICES, "User", labels={"workload": "services"}, why="everything that keeps no data"),
        NodePool(
            "chain",
            "User",
            labels={"workload": "chain"},
            taints=("workload=chain:NoSchedule",),
            why="nodes with disks, each of whose pods fills most of one (estate R3, R4)",
        ),
    )
}
