"""Properties that somebody else moves after the first deployment: this program sets them once and then lets go.

Each row gives ``ignore_changes`` on its type; the offline cloud moves these values between runs, and neither a refresh
nor the next `up` may bring them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UPGRADE_CHANNEL = "upgrade channel"
"""Owns versions for as long as there is one."""

AUTO_GROW = "storage auto-grow"
"""Owns the size of a disk for as long as it is on."""

FAILOVER = "failover"


@dataclass(frozen=True)
class OwnedElsewhere:
    """``path`` is the input's wire name, ``follows`` the outputs that move along.

    ``moved`` is what its owner may make of it (a number: so many more), ``None`` where others move it.
    """

    kind: str
    path: str
    owner: str
    why: str
    moved: str | int | None
    follows: tuple[str, ...] = ()


OWNED_ELSEWHERE: tuple[OwnedElsewhere, ...] = (
    OwnedElsewhere(
        "kubernetes-cluster",
        "agentPoolProfiles",
        "agent pools",
        "Azure lists every pool here and takes changes of pools only through the pools themselves; a list that names a "
        "pool which is gone is refused as a new one (pulumi-azure-native #2719)",
        None,
    ),
    OwnedElsewhere(
        "kubernetes-cluster",
        "kubernetesVersion",
        UPGRADE_CHANNEL,
        "after its first upgrade Azure says the patch version where the minor one was asked for (Azure/AKS #3573)",
        "1.36.3",
        ("currentKubernetesVersion",),
    ),
    OwnedElsewhere("agent-pool", "count", "cluster autoscaler", "the number of nodes follows the load", 1),
    OwnedElsewhere(
        "agent-pool",
        "orchestratorVersion",
        UPGRADE_CHANNEL,
        "the channel moves the pools after the control plane",
        "1.36.3",
        ("currentOrchestratorVersion",),
    ),
    OwnedElsewhere(
        "postgresql-server",
        "storage.storageSizeGB",
        AUTO_GROW,
        "the disk grows when it fills up, and Azure refuses to make it smaller again",
        None,
    ),
    OwnedElsewhere(
        "postgresql-server", "availabilityZone", FAILOVER, "after a failover the server is where its standby was", None
    ),
    OwnedElsewhere(
        "postgresql-server",
        "highAvailability.standbyAvailabilityZone",
        FAILOVER,
        "and the standby where the server was",
        None,
    ),
)

BY_KIND: Mapping[str, tuple[OwnedElsewhere, ...]] = {
    kind: tuple(row for row in OWNED_ELSEWHERE if row.kind == kind) for kind in {row.kind for row in OWNED_ELSEWHERE}
}
