"""The controls of the AKS baseline that inputs show (docs/aks-controls.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.conditions import at_least, by_kind, either, every, not_set, off, on, one_of, present, that
from policies.model import Check, Rule, Severity
from policies.pools import POOLS, system_pools
from policies.values import MISSING, UNKNOWN, Resource

POOL_KINDS = ("kubernetes-cluster", "agent-pool")
ONLY_SYSTEM = "CriticalAddonsOnly=true:NoSchedule"
CLUSTER = ("kubernetes-cluster",)
SECRETS = "addonProfiles.azureKeyvaultSecretsProvider"


def _pools(check: Any) -> Check:
    """A check of every pool: those inside the cluster, and each of its own. ``check`` takes what stands before the
    name of an input."""
    return by_kind(kubernetes_cluster=check(f"{POOLS}."), agent_pool=check(""))


def _system_only(resource: Resource) -> Iterator[Any]:
    yield from that(f"{POOLS}.nodeTaints", lambda taints: ONLY_SYSTEM in taints)(system_pools(resource))


def _same_version(resource: Resource) -> Iterator[Any]:
    wanted = resource.value("kubernetesVersion")
    for where, version in resource.find(f"{POOLS}.orchestratorVersion"):
        if wanted is not UNKNOWN and version not in (wanted, MISSING, UNKNOWN):
            yield f"{where}: {version}, the cluster: {wanted}"


RULES = (
    Rule(
        key="aks-api-open",
        planned=True,
        severity=Severity.HIGH,
        demands="the Kubernetes API is reached from named ranges or privately",
        risk="A stolen token or a flaw of the API server is used from anywhere.",
        fix="Name aks.authorized_ranges.",
        kinds=CLUSTER,
        check=either(
            on("apiServerAccessProfile.enablePrivateCluster"), present("apiServerAccessProfile.authorizedIPRanges")
        ),
        answers=("AZR-000030", "CKV_AZURE_6", "MCSB NS-2"),
    ),
    Rule(
        key="aks-local-accounts",
        severity=Severity.CRITICAL,
        demands="the cluster has no accounts of its own",
        risk="A copied kubeconfig of the local administrator is the cluster, for ever.",
        fix="Set disableLocalAccounts.",
        kinds=CLUSTER,
        check=on("disableLocalAccounts"),
        answers=("AZR-000031", "CKV_AZURE_141", "ca324d71", "MCSB IM-1"),
    ),
    Rule(
        key="aks-entra",
        severity=Severity.CRITICAL,
        demands="people log in to the cluster with Entra and have roles of Azure in it",
        risk="Rights in the cluster are written down where nobody reviews them.",
        fix="Set aadProfile.managed and enableAzureRBAC, and enableRBAC.",
        kinds=CLUSTER,
        check=every(on("enableRBAC"), on("aadProfile.managed"), on("aadProfile.enableAzureRBAC")),
        answers=("AZR-000029", "AZR-000032", "AZR-000038", "CKV_AZURE_5", "MCSB IM-1", "MCSB PA-7"),
    ),
    Rule(
        key="aks-workload-identity",
        severity=Severity.HIGH,
        demands="pods have identities of their own",
        risk="Pods share the identity of the node, or hold keys.",
        fix="Set oidcIssuerProfile.enabled and securityProfile.workloadIdentity.enabled.",
        kinds=CLUSTER,
        check=every(on("oidcIssuerProfile.enabled"), on("securityProfile.workloadIdentity.enabled")),
        answers=("MCSB IM-3",),
    ),
    Rule(
        key="aks-run-command",
        severity=Severity.HIGH,
        demands="nobody runs commands in the cluster through Azure",
        risk="A role at Azure becomes administrator of the cluster, past its network.",
        fix="Set apiServerAccessProfile.disableRunCommand.",
        kinds=CLUSTER,
        check=on("apiServerAccessProfile.disableRunCommand"),
        answers=("MCSB PA-7",),
    ),
    Rule(
        key="aks-network-policy",
        severity=Severity.HIGH,
        demands="what pods may talk to is decided by network policies",
        risk="Every pod talks to every pod.",
        fix="Set networkPlugin azure and networkPolicy cilium.",
        kinds=CLUSTER,
        check=every(
            one_of("networkProfile.networkPlugin", "azure"), one_of("networkProfile.networkPolicy", "cilium", "calico")
        ),
        answers=("AZR-000027", "CKV_AZURE_7", "CKV2_AZURE_29", "MCSB NS-1"),
    ),
    Rule(
        key="aks-addresses",
        severity=Severity.MEDIUM,
        demands="pods have addresses of their own range",
        risk="The subnet runs out of addresses in the middle of an upgrade.",
        fix="Set networkPluginMode overlay.",
        kinds=CLUSTER,
        check=one_of("networkProfile.networkPluginMode", "overlay"),
        answers=("AZR-000020", "e620fa98"),
    ),
    Rule(
        key="aks-load-balancer",
        severity=Severity.MEDIUM,
        demands="the cluster has a Standard load balancer",
        risk="Basic has retired, has no zones and no security.",
        fix="Set loadBalancerSku standard.",
        kinds=CLUSTER,
        check=that("networkProfile.loadBalancerSku", lambda sku: str(sku).lower() == "standard"),
        answers=("AZR-000026",),
    ),
    Rule(
        key="aks-policy",
        severity=Severity.MEDIUM,
        demands="Azure Policy looks at what runs in the cluster",
        risk="Nothing refuses a privileged pod that somebody applies by hand.",
        fix="Set addonProfiles.azurepolicy.enabled.",
        kinds=CLUSTER,
        check=on("addonProfiles.azurepolicy.enabled"),
        answers=("AZR-000028", "CKV_AZURE_116", "MCSB PV-2"),
    ),
    Rule(
        key="aks-secret-store",
        severity=Severity.MEDIUM,
        demands="pods read secrets from vaults, and get new ones without a restart",
        risk="Secrets are copied into the cluster, and stay the old ones.",
        fix="Set azureKeyvaultSecretsProvider with enableSecretRotation.",
        kinds=CLUSTER,
        check=every(on(f"{SECRETS}.enabled"), on(f"{SECRETS}.config.enableSecretRotation")),
        answers=("AZR-000033", "AZR-000034", "CKV_AZURE_172", "MCSB IM-8"),
    ),
    Rule(
        key="aks-old-addons",
        severity=Severity.MEDIUM,
        demands="the cluster has no add-on that nobody maintains",
        risk="HTTP application routing and the dashboard open the cluster with old software.",
        fix="Take httpApplicationRouting and kubeDashboard out.",
        kinds=CLUSTER,
        check=every(
            off("addonProfiles.httpApplicationRouting.enabled", default=True),
            off("addonProfiles.kubeDashboard.enabled", default=True),
        ),
        answers=("AZR-000035", "CKV_AZURE_8", "CKV_AZURE_246"),
    ),
    Rule(
        key="aks-upgrades",
        severity=Severity.HIGH,
        demands="Kubernetes and the nodes' system are patched by themselves",
        risk="Known flaws stay open until somebody has time.",
        fix="Set upgradeChannel and nodeOSUpgradeChannel.",
        kinds=CLUSTER,
        check=every(
            one_of("autoUpgradeProfile.upgradeChannel", "patch", "stable", "rapid"),
            one_of("autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage", "SecurityPatch"),
        ),
        answers=("AZR-000036", "AZR-000435", "CKV_AZURE_171", "MCSB PV-6"),
    ),
    Rule(
        key="aks-maintenance",
        severity=Severity.LOW,
        demands="upgrades have a window",
        risk="Nodes restart in the middle of a day.",
        fix="Set maintenanceWindow.schedule.",
        kinds=("maintenance-configuration",),
        check=present("maintenanceWindow.schedule"),
        answers=("AZR-000446",),
    ),
    Rule(
        key="aks-image-cleaner",
        severity=Severity.LOW,
        demands="nodes drop images that nobody runs",
        risk="Old images with known flaws stay on the nodes.",
        fix="Set securityProfile.imageCleaner.enabled.",
        kinds=CLUSTER,
        check=on("securityProfile.imageCleaner.enabled"),
        answers=("MCSB PV-6",),
    ),
    Rule(
        key="aks-autoscaler",
        severity=Severity.MEDIUM,
        demands="pools grow and shrink with the load",
        risk="Pods wait for a person to add a node, or idle nodes are paid for.",
        fix="Set enableAutoScaling with minCount and maxCount.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: every(on(f"{at}enableAutoScaling"), at_least(f"{at}minCount", 1))),
        answers=("AZR-000019", "902c82ff"),
    ),
    Rule(
        key="aks-ephemeral-disks",
        severity=Severity.LOW,
        demands="nodes have ephemeral OS disks",
        risk="Nodes start slowly and are throttled by a remote disk.",
        fix="Set osDiskType Ephemeral.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: one_of(f"{at}osDiskType", "Ephemeral")),
        answers=("AZR-000287", "CKV_AZURE_226"),
    ),
    Rule(
        key="aks-scale-sets",
        severity=Severity.MEDIUM,
        demands="pools are scale sets",
        risk="Availability sets neither scale nor use zones.",
        fix="Set type VirtualMachineScaleSets.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: one_of(f"{at}type", "VirtualMachineScaleSets")),
        answers=("AZR-000017", "CKV_AZURE_169"),
    ),
    Rule(
        key="aks-node-addresses",
        severity=Severity.HIGH,
        demands="nodes have no address on the internet",
        risk="A node with a public address is reached past every gateway.",
        fix="Set enableNodePublicIP false.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: off(f"{at}enableNodePublicIP", default=True)),
        answers=("CKV_AZURE_143", "MCSB NS-1"),
    ),
    Rule(
        key="aks-azure-linux",
        severity=Severity.LOW,
        demands="nodes run Azure Linux",
        risk="Another system has other flaws, ends on another day, and is nobody's habit here.",
        fix="Set osSKU AzureLinux.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: one_of(f"{at}osSKU", "AzureLinux", "AzureLinux3")),
        answers=("f46b0d1d",),
    ),
    Rule(
        key="aks-trusted-launch",
        severity=Severity.MEDIUM,
        demands="nodes start signed software only",
        risk="A changed boot loader hides from everything above it.",
        fix="Set securityProfile.enableSecureBoot and enableVTPM.",
        kinds=POOL_KINDS,
        check=_pools(
            lambda at: every(on(f"{at}securityProfile.enableSecureBoot"), on(f"{at}securityProfile.enableVTPM"))
        ),
        answers=("MCSB PV-4",),
    ),
    Rule(
        key="aks-pods",
        severity=Severity.LOW,
        demands="a node takes 30 pods or more",
        risk="Few pods a node waste what Azure's own take on each.",
        fix="Set maxPods.",
        kinds=POOL_KINDS,
        check=_pools(lambda at: at_least(f"{at}maxPods", 30)),
    ),
    Rule(
        key="aks-system-pool",
        severity=Severity.MEDIUM,
        demands="only what keeps the cluster up runs on the system pool",
        risk="A service that takes all memory takes DNS with it.",
        fix=f"Set the taint {ONLY_SYSTEM}.",
        kinds=CLUSTER,
        check=_system_only,
        answers=("CKV_AZURE_232", "5ee083cd"),
    ),
    Rule(
        key="aks-version",
        severity=Severity.MEDIUM,
        demands="the cluster names its version, and pools have the same one",
        risk="Azure chooses a default, and pools fall behind until they cannot be upgraded.",
        fix="Set kubernetesVersion, and orchestratorVersion of the pools alike.",
        kinds=CLUSTER,
        check=every(present("kubernetesVersion"), _same_version),
        answers=("AZR-000015", "AZR-000016"),
    ),
    Rule(
        key="aks-disk-driver",
        severity=Severity.LOW,
        demands="disks are attached by the driver that Kubernetes has",
        risk="No volume can be attached.",
        fix="Leave storageProfile.diskCSIDriver on.",
        kinds=CLUSTER,
        check=not_set("storageProfile.diskCSIDriver.enabled", True),
        answers=("b002c030",),
    ),
    Rule(
        key="aks-node-group",
        severity=Severity.MEDIUM,
        demands="nobody changes what AKS made for the nodes",
        risk="A change by hand breaks the next upgrade.",
        fix="Set nodeResourceGroupProfile.restrictionLevel ReadOnly.",
        kinds=CLUSTER,
        check=one_of("nodeResourceGroupProfile.restrictionLevel", "ReadOnly"),
        answers=("MCSB PA-7",),
    ),
    Rule(
        key="aks-container-insights",
        severity=Severity.MEDIUM,
        demands="logs and metrics of pods are collected",
        risk="A pod that has died has taken its reason with it.",
        fix="Switch azureMonitorProfile.metrics and the omsagent add-on on.",
        kinds=CLUSTER,
        check=every(on("azureMonitorProfile.metrics.enabled"), on("addonProfiles.omsagent.enabled")),
        answers=("AZR-000041", "CKV_AZURE_4", "dcaf8128", "MCSB LT-3"),
    ),
    Rule(
        key="aks-defender",
        severity=Severity.MEDIUM,
        demands="Defender watches what runs on the nodes",
        risk="Nobody is told that a pod mines coins or reads other pods' tokens.",
        fix="Set securityProfile.defender.securityMonitoring.enabled.",
        kinds=CLUSTER,
        check=on("securityProfile.defender.securityMonitoring.enabled"),
        answers=("AZR-000370", "MCSB LT-1"),
    ),
)
