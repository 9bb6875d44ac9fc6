"""Azure Kubernetes Service and the disks of its workloads."""

from __future__ import annotations

from components.facts.creation import documented, listed, marked
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

OS_SKU = "AzureLinux"
"""Azure Linux 3 from Kubernetes 1.32 on; it moves on with Kubernetes, where a versioned SKU stops the upgrade to 1.37
(Microsoft: Upgrade the operating system (OS) version for your AKS workloads)."""

GUEST_STATE_GIB = 1
"""What Trusted Launch keeps of the disk that an ephemeral OS disk is on (Microsoft: Ephemeral OS disks for Azure
VMs)."""

SYSTEM_VCPUS = 4
"""vCPUs that a machine of a system pool must have (Microsoft: Use system node pools in AKS). Azure still accepts two
(MicrosoftDocs/azure-docs #121181)."""

IDLE_TIMEOUT_ANNOTATION = "service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout"
"""On a service of type LoadBalancer: minutes, 4 (the default) to 30 (Microsoft: Use a public standard load balancer in
AKS). The load balancer's own timeout is about outbound rules, of which there are none behind a NAT gateway."""

SERVER_APPLICATION = "6dae42f8-4368-4678-94ff-3960e28e3630"
"""The application in Entra that the API server of every cluster is: what a token for it must be issued for (Microsoft:
Use kubelogin to authenticate users in AKS)."""

CLIENT_APPLICATION = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
"""The public client through which people log in at a cluster, the same everywhere (same page)."""

RESERVED_RANGES = ("169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24")
"""Ranges that neither the network nor the pods nor the services of a cluster may overlap (Microsoft: CNI networking
overview for AKS)."""

SERVICE_RANGE_PREFIX = 13
"""The largest range of services: smaller than a /12 (Microsoft: IP address planning for AKS)."""

DNS_HOST = 10
"""Which address of the service range Kubernetes' DNS gets here."""

POD_RANGE_PREFIX = 24
"""Every node takes a /24 of the overlay's range (Microsoft: Azure CNI Overlay networking in AKS)."""

LOG_AGENT, LOG_WORKSPACE = "omsagent", "logAnalyticsWorkspaceResourceID"
"""The add-on that collects logs, and the setting that names its workspace (microsoft/Docker-Provider:
scripts/onboarding/aks/onboarding-msi-bicep/existingClusterOnboarding.bicep)."""

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
            *marked("2025-09-01", "location"),
            *listed(
                "diskEncryptionSetID",
                "dnsPrefix",
                "fqdnSubdomain",
                "linuxProfile",
                "nodeResourceGroup",
                "windowsProfile",
                "networkProfile.dnsServiceIP",
                "networkProfile.networkDataplane",
                "networkProfile.networkMode",
                "networkProfile.networkPlugin",
                "networkProfile.networkPluginMode",
                "networkProfile.networkPolicy",
                "networkProfile.outboundType",
                "networkProfile.podCidr",
                "networkProfile.serviceCidr",
                "networkProfile.serviceCidrs",
                "agentPoolProfiles[].networkProfile.nodePublicIPTags",
            ),
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
                "the channel none together with the new version for one run (docs/runbooks/aks.md)",
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
        creation_only=(
            *listed("gpuInstanceProfile", "vmSize", "networkProfile.nodePublicIPTags"),
            *documented(
                "Microsoft: Agent Pools - Create Or Update (not allowed to change)",
                "availabilityZones",
                "hostGroupID",
                "maxPods",
                "osDiskSizeGB",
                "osDiskType",
                "osType",
                "vnetSubnetID",
            ),
            *documented("Microsoft: Host-based encryption on AKS", "enableEncryptionAtHost"),
        ),
        duration=Duration(4, 45, OLD_AKS),
        replacement_cost="all its nodes go before the new ones come, and the pods on them wait (docs/runbooks/aks.md)",
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
            "(?i:default|aksManagedAutoUpgradeSchedule|aksManagedNodeOSUpgradeSchedule)",
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
        holds_data=True,
    ),
)
