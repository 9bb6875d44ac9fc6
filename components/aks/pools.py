"""Node pools of an AKS cluster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import containerservice

from components.aks.facts import OS_SKU, SURGE
from components.aks.spec import PoolSpec
from components.placement import Placement

MAX_SURGE = f"{SURGE:.0%}"


def initial_pool(
    spec: PoolSpec, version: str, subnet_id: pulumi.Input[str], tags: Mapping[str, str]
) -> containerservice.ManagedClusterAgentPoolProfileArgs:
    """The pool that is part of a cluster's creation."""
    return containerservice.ManagedClusterAgentPoolProfileArgs(
        name=spec.name, **_properties(spec, version, subnet_id, tags)
    )


def agent_pool(
    name: str,
    spec: PoolSpec,
    cluster: containerservice.ManagedCluster,
    place: Placement,
    subnet_id: pulumi.Input[str],
    version: str,
) -> containerservice.AgentPool:
    """A pool as a separate resource."""
    return containerservice.AgentPool(
        f"{name}-{spec.name}",
        agent_pool_name=spec.name,
        resource_group_name=place.resource_group,
        resource_name_=cluster.name,
        **_properties(spec, version, subnet_id, place.tags),
        opts=pulumi.ResourceOptions(parent=cluster),
    )


def _properties(
    spec: PoolSpec, version: str, subnet_id: pulumi.Input[str], tags: Mapping[str, str]
) -> Mapping[str, Any]:
    return {
        "mode": spec.mode,
        "type": "VirtualMachineScaleSets",
        "vm_size": spec.vm_size,
        "enable_auto_scaling": True,
        # Azure wants a count although the autoscaler owns it (pulumi-azure-native #2943).
        "count": spec.minimum,
        "min_count": spec.minimum,
        "max_count": spec.maximum,
        "availability_zones": list(spec.zones) or None,
        "os_type": "Linux",
        "os_sku": OS_SKU,
        "os_disk_type": "Ephemeral" if spec.ephemeral else "Managed",
        "os_disk_size_gb": spec.os_disk_gib,
        "max_pods": spec.max_pods,
        "enable_node_public_ip": False,
        "enable_encryption_at_host": True,
        # Chosen later, it makes AKS image every node again.
        "security_profile": {"enable_secure_boot": True, "enable_vtpm": True},
        "vnet_subnet_id": subnet_id,
        "orchestrator_version": version,
        "upgrade_settings": {"max_surge": MAX_SURGE},
        "node_labels": dict(spec.labels) or None,
        "node_taints": list(spec.taints) or None,
        "tags": tags,
    }
