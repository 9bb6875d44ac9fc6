"""Node pools of an AKS cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_azure_native import containerservice

MAX_SURGE = "33%"


@dataclass(frozen=True)
class PoolArgs:
    """A pool of nodes on Azure Linux 3, under the cluster autoscaler.

    ``mode`` is System or User; ``minimum`` and ``maximum`` nodes; ``os_disk_gib`` on the machine's own disk where
    ``ephemeral``; ``max_pods`` a node.
    """

    name: str
    mode: str
    vm_size: str
    minimum: int
    maximum: int
    zones: Sequence[str]
    os_disk_gib: int
    ephemeral: bool
    max_pods: int
    labels: Mapping[str, str]
    taints: Sequence[str]


def initial_pool(
    args: PoolArgs, version: str, subnet_id: pulumi.Input[str], tags: Mapping[str, str]
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The pool that is part of a cluster's creation."""
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=args.name, **_properties(args, version, subnet_id, tags)
    )


def agent_pool(
    name: str,
    args: PoolArgs,
    cluster: containerservice.ManagedCluster,
    resource_group: pulumi.Input[str],
    subnet_id: pulumi.Input[str],
    version: str,
    tags: Mapping[str, str],
) -> containerservice.AgentPool:
    """A pool as a resource of its own."""
    return containerservice.AgentPool(
        f"{name}-{args.name}",
        agent_pool_name=args.name,
        resource_group_name=resource_group,
        resource_name_=cluster.name,
        **_properties(args, version, subnet_id, tags),
        opts=pulumi.ResourceOptions(parent=cluster),
    )


def _properties(
    args: PoolArgs, version: str, subnet_id: pulumi.Input[str], tags: Mapping[str, str]
) -> Mapping[str, Any]:
    return {
        "mode": args.mode,
        "type": "VirtualMachineScaleSets",
        "vm_size": args.vm_size,
        "enable_auto_scaling": True,
        # Azure wants a count although the autoscaler owns it (pulumi-azure-native #2943).
        "count": args.minimum,
        "min_count": args.minimum,
        "max_count": args.maximum,
        "availability_zones": list(args.zones) or None,
        "os_type": "Linux",
        "os_sku": "AzureLinux3",
        "os_disk_type": "Ephemeral" if args.ephemeral else "Managed",
        "os_disk_size_gb": args.os_disk_gib,
        "max_pods": args.max_pods,
        "enable_node_public_ip": False,
        "vnet_subnet_id": subnet_id,
        "orchestrator_version": version,
        "upgrade_settings": {"max_surge": MAX_SURGE},
        "node_labels": dict(args.labels) or None,
        "node_taints": list(args.taints) or None,
        "tags": tags,
    }
