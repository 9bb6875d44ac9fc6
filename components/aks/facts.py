"""Azure Kubernetes Service and the disks of its workloads."""

from __future__ import annotations

from components.facts.duration_sources import AKS_ADDONS, APPLY_LOG, OLD_AKS
from components.facts.model import (
    GROUP,
    NAME_RULES,
    UPGRADE_CHANNEL,
    Duration,
    NameRule,
    Naming,
    OneAtATime,
    OwnedElsewhere,
    ResourceType,
    Scope,
)

_CLUSTER = GROUP + "/providers/Microsoft.ContainerService/managedClusters/{resourceName}"

SURGE = 0.33
"""An upgrade adds this share of a pool's nodes before it takes old ones away."""

POD_RANGE_PREFIX = 24
"""Every node takes a /24 of the overlay's range (Microsoft: Azure CNI Overlay networking in AKS)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="kubernetes-cluster",
        token="azure-native:containerservice:ManagedCluster",
        arm="Microsoft.ContainerService/managedClusters",
        id_template=_CLUSTER,
        name_input="resourceName",
        naming=Naming.FIVE_PART,
        abbreviation="aks",
        rule=NameRule(1, 63, r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        diagnostics=(
            # Named, not `allLogs`: kube-audit would repeat what kube-audit-admin says at many times its volume
            # (mspnp/aks-baseline #440, 2025-06-12).
            "cluster-autoscaler",
            "guard",
            "kube-apiserver",
            "kube-audit-admin",
            "kube-controller-manager",
            "kube-scheduler",
        ),
        creation_only=(
            "dnsPrefix",
            "nodeResourceGroup",
            # azure-native would replace the cluster for these, so Pulumi refuses to import one that differs.
            "networkProfile.dnsServiceIP",
            "networkProfile.networkDataplane",
            "networkProfile.networkPlugin",
            "networkProfile.networkPluginMode",
            "networkProfile.networkPolicy",
            "networkProfile.outboundType",
            "networkProfile.podCidr",
            "networkProfile.serviceCidr",
        ),
        duration=Duration(6, 60, f"{APPLY_LOG}: 4 min 10 s with two nodes; {OLD_AKS}; {AKS_ADDONS}"),
        one_at_a_time=OneAtATime(
            ("agent-pool", "maintenance-configuration"),
            "OperationNotAllowed",
            "Microsoft: Troubleshoot the OperationNotAllowed error code in AKS (another operation is in progress)",
        ),
        owned_elsewhere=(
            OwnedElsewhere(
                "agentPoolProfiles",
                "agent pools",
                "Azure lists every pool here and takes changes of pools only through the pools themselves; a list that "
                "names a pool which is gone is refused as a new one (pulumi-azure-native #2719)",
            ),
            OwnedElsewhere(
                "kubernetesVersion",
                UPGRADE_CHANNEL,
                "after its first upgrade Azure reports the patch version where the minor one was requested "
                "(Azure/AKS #3573)",
                ("currentKubernetesVersion",),
            ),
        ),
    ),
    ResourceType(
        key="agent-pool",
        token="azure-native:containerservice:AgentPool",
        arm="Microsoft.ContainerService/managedClusters/agentPools",
        id_template=_CLUSTER + "/agentPools/{agentPoolName}",
        name_input="agentPoolName",
        naming=Naming.IN_PARENT,
        rule=NameRule(1, 12, r"[a-z][a-z0-9]*", Scope.PARENT, NAME_RULES, disagreement="Windows pools: 1-6"),
        taggable=True,
        duration=Duration(4, 45, OLD_AKS),
        owned_elsewhere=(
            OwnedElsewhere("count", "cluster autoscaler", "the number of nodes follows the load"),
            OwnedElsewhere(
                "orchestratorVersion",
                UPGRADE_CHANNEL,
                "the channel moves the pools after the control plane",
                ("currentOrchestratorVersion",),
            ),
        ),
    ),
    ResourceType(
        key="maintenance-configuration",
        token="azure-native:containerservice:MaintenanceConfiguration",
        arm="Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
        id_template=_CLUSTER + "/maintenanceConfigurations/{configName}",
        name_input="configName",
        naming=Naming.FIXED,
        rule=NameRule(
            1,
            63,
            "default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule",
            Scope.PARENT,
            "Microsoft: Use planned maintenance to schedule and control upgrades for your AKS cluster",
        ),
        duration=Duration(0.2, 15),
    ),
    ResourceType(
        key="disk",
        token="azure-native:compute:Disk",
        arm="Microsoft.Compute/disks",
        id_template=GROUP + "/providers/Microsoft.Compute/disks/{diskName}",
        name_input="diskName",
        naming=Naming.FIVE_PART,
        abbreviation="disk",
        rule=NameRule(1, 80, r"[A-Za-z0-9]([\w.-]*\w)?", Scope.RESOURCE_GROUP, NAME_RULES),
        taggable=True,
        stateful=True,
    ),
)
