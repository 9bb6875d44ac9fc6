"""Microsoft.ContainerService: clusters, node pools, maintenance windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from math import ceil
from typing import Any, ClassVar

from components.aks.facts import GUEST_STATE_GIB, POD_RANGE_PREFIX, SURGE
from components.facts.regions import REGIONS
from components.facts.subscriptions import ENCRYPTION_AT_HOST
from components.facts.types import BY_TOKEN
from components.facts.vm_sizes import VM_SIZES
from components.network.facts import RESERVED_IN_SUBNET
from offline.azure.behaviour import Behaviour, Request, at, completed, guid
from offline.azure.codes.aks import UPGRADES
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.ranges import ipv4, prefixes_of
from offline.azure.rules import holder_of
from offline.azure.services.access import granted
from offline.azure.services.identity import IDENTITY, own_identity
from offline.azure.subscription import RUNBOOK
from offline.azure.versions import TODAY, offered
from offline.rpc.protocol import Properties

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
GROUP = "azure-native:resources:ResourceGroup"

PATCH = ".1"
NOT_IN_CLUSTER = frozenset({"resourceGroupName", "resourceName", "agentPoolName", "id"})
"""Properties of a pool that its cluster's list of pools leaves out."""

SHORTEST_WINDOW_HOURS = 4

VERSIONED_SKU, VERSIONED_SKU_MINORS = "AzureLinux3", range(28, 37)
"""An OS SKU for moving to Azure Linux 3 early, and the minor versions that have it."""


DEFAULT_NODE_IMAGE = "AKSUbuntu-2204gen2containerd-202611.01.0"
NODE_IMAGES: Mapping[str, str] = {"AzureLinux": "AKSAzureLinux-V3gen2-202611.01.0"}
"""By OS SKU."""

NODE_POOL: Properties = {
    "osDiskType": "Managed",
    "kubeletDiskType": "OS",
    "type": "VirtualMachineScaleSets",
    "enableAutoScaling": False,
    "scaleDownMode": "Delete",
    "enableNodePublicIP": False,
    "mode": "User",
    "osType": "Linux",
    "osSKU": "Ubuntu",
    "upgradeSettings": {"maxSurge": "10%", "maxUnavailable": "0"},
    "enableFIPS": False,
    "securityProfile": {"sshAccess": "LocalUser", "enableVTPM": False, "enableSecureBoot": False},
}
"""What Azure fills in for a pool (tests/evidence/agent-pool.yaml)."""

NETWORK: Properties = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "none",
    "networkDataplane": "azure",
    "loadBalancerSku": "standard",
    "podCidr": "10.244.0.0/16",
    "serviceCidr": "10.0.0.0/16",
    "dnsServiceIP": "10.0.0.10",
    "outboundType": "loadBalancer",
    "ipFamilies": ["IPv4"],
}
"""What Azure fills in for the network of a cluster (tests/evidence/kubernetes-cluster.yaml)."""

IDENTITIES = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"

MANAGED_DISKS_GIB = {1: 128, 8: 256, 16: 512, 64: 1024}
"""vCPUs from which on a managed disk has this size (Microsoft: Storage options for applications in AKS)."""

EPHEMERAL_FROM_GIB = 128
"""The temporary disk from which on Azure puts the system on it, all of it (the same page)."""

OVERLAY_PODS = 250
"""How many pods a node of an overlay network has room for (tests/evidence/agent-pool.yaml)."""


class ManagedCluster(Behaviour):
    fills_in: ClassVar[Properties] = {
        "kind": "Base",
        "sku": {"name": "Base", "tier": "Free"},
        "powerState": {"code": "Running"},
        "servicePrincipalProfile": {"clientId": "msi"},
        "enableRBAC": True,
        "supportPlan": "KubernetesOfficial",
        "autoUpgradeProfile": {"nodeOSUpgradeChannel": "NodeImage"},
        "securityProfile": {},
        "storageProfile": {
            "diskCSIDriver": {"enabled": True},
            "fileCSIDriver": {"enabled": True},
            "snapshotController": {"enabled": True},
        },
        "workloadAutoScalerProfile": {},
        "metricsProfile": {"costAnalysis": {"enabled": False}},
        "nodeProvisioningProfile": {"mode": "Manual", "defaultNodePools": "Auto"},
        "bootstrapProfile": {"artifactSource": "Direct"},
    }
    immutable: ClassVar[Mapping[str, str]] = {
        "dnsPrefix": "Microsoft: Managed Clusters - Create Or Update (cannot be updated once set)",
        "nodeResourceGroup": "Microsoft: FAQ about AKS (the node resource group is chosen at creation)",
    }
    fixed_network: ClassVar[tuple[str, ...]] = ("podCidr", "serviceCidr", "dnsServiceIP", "networkPlugin")

    def refusals(self, request: Request) -> Iterator[ArmError]:
        profiles: list[Properties] = request.inputs.get("agentPoolProfiles") or []
        yield from self._version(request)
        yield from self._pools(request, profiles)
        yield from self._identities(request, profiles)
        yield from _addresses(request, profiles, request.inputs.get("networkProfile") or {})
        for name in self.fixed_network:
            before = at(request.old.body, "networkProfile", name) if request.old else None
            now = at(request.inputs, "networkProfile", name)
            if before is not None and now is not None and before != now:
                message = f"Changing property 'networkProfile.{name}' is not allowed."
                yield ArmError("PropertyChangeNotAllowed", message, "keep it, or replace the cluster")

    @staticmethod
    def _version(request: Request) -> Iterator[ArmError]:
        version = request.inputs.get("kubernetesVersion")
        minor = ".".join(str(version).split(".")[:2])
        if version is not None and minor not in offered("kubernetes"):
            message = f"Version {version} is not supported in this region."
            yield ArmError("K8sVersionNotSupported", message, f"use one of {', '.join(offered('kubernetes'))}")
        running = str(request.old.body.get("currentKubernetesVersion") or version) if request.old else version
        if version is not None and _minor(version) - _minor(running) not in (0, 1):
            message = f"Upgrading Kubernetes version {running} to {version} is not allowed."
            yield ArmError("OperationNotAllowed", message, f"upgrade by one minor version at a time ({UPGRADES})")

    @staticmethod
    def _pools(request: Request, profiles: list[Properties]) -> Iterator[ArmError]:
        if request.old is None and not any(each.get("mode") == "System" for each in profiles):
            message = "Required parameter agentPoolProfiles is missing (null)."
            yield ArmError("InvalidParameter", message, "add at least one system pool")
        existing = {each["name"] for each in (request.old.body.get("agentPoolProfiles") or [])} if request.old else None
        for profile in profiles:
            if existing is not None and profile["name"] not in existing:
                message = (
                    "A new agent pool was introduced. Adding agent pools to an existing cluster is not allowed through "
                    "managed cluster operations."
                )
                yield ArmError("BadRequest", message, "create the pool as an AgentPool (pulumi-azure-native #2719)")
            yield from pool_refusals(request, profile, f"agentPoolProfile {profile['name']}")

    @staticmethod
    def _identities(request: Request, profiles: list[Properties]) -> Iterator[ArmError]:
        control = next(iter(at(request.inputs, "identity", "userAssignedIdentities") or []), "")
        identity = request.cloud.get(control)
        if identity is None:
            return
        principal = identity.body["principalId"]
        kubelet = at(request.inputs, "identityProfile", "kubeletidentity", "resourceId")
        if kubelet and not granted(request.cloud, principal, "identity-operator", kubelet):
            message = (
                "The cluster user assigned identity must be given permission to assign kubelet identity "
                f"{kubelet}. Check access result not allowed for action "
                "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action."
            )
            advice = "grant Managed Identity Operator on the kubelet identity before the cluster"
            yield ArmError("CustomKubeletIdentityMissingPermissionError", message, advice)
        for subnet in {str(each["vnetSubnetID"]) for each in profiles if each.get("vnetSubnetID")}:
            if not granted(request.cloud, principal, "network-contributor", subnet):
                message = (
                    f"The client '{principal}' does not have permission to perform action "
                    f"'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '{subnet}'."
                )
                advice = "grant Network Contributor on the subnet before the cluster"
                yield ArmError("LinkedAuthorizationFailed", message, advice, status=403)

    def computed(self, request: Request) -> Properties:
        inputs = request.inputs
        region, prefix = place(inputs.get("location", "")), inputs.get("dnsPrefix", request.name)
        before = request.old.body if request.old else {}
        versions = _running(str(inputs.get("kubernetesVersion") or _default_version(before)), before)
        pools = [_profile(each, versions) for each in inputs.get("agentPoolProfiles") or []]
        if request.old is not None:
            theirs = {each["name"]: each for each in inputs.get("agentPoolProfiles") or []}
            kept = before.get("agentPoolProfiles") or []
            pools = [_profile({**each, **_kept(theirs.get(each["name"], {}))}, versions) for each in kept]
        name = f"{prefix}-{guid(request.id, 'fqdn')[:8]}"
        group = inputs.get("nodeResourceGroup") or before.get("nodeResourceGroup") or _node_group(request)
        return {
            "agentPoolProfiles": pools,
            **versions,
            **own_identity(request),
            "fqdn": f"{name}.hcp.{region}.azmk8s.io",
            "azurePortalFQDN": f"{name}.portal.hcp.{region}.azmk8s.io",
            "identityProfile": {"kubeletidentity": _kubelet(request, group)},
            "networkProfile": _network(request, group),
            "nodeResourceGroup": group,
            "oidcIssuerProfile": _issuer(request),
            "maxAgentPools": 100,
            "resourceUID": guid(request.id, "uid"),
        }

    def written(self, request: Request, body: Properties) -> None:
        if request.old is not None:
            return
        group, region = body["nodeResourceGroup"], request.inputs.get("location")
        managed = {"name": group, "location": region, "managedBy": request.id, "tags": request.inputs.get("tags") or {}}
        request.cloud.put(_in_subscription(request, group), GROUP, managed)
        kubelet = body["identityProfile"]["kubeletidentity"]
        if request.cloud.get(kubelet["resourceId"]) is None:
            name = kubelet["resourceId"].rpartition("/")[2]
            made = {"clientId": kubelet["clientId"], "principalId": kubelet["objectId"], "tenantId": request.tenant_id}
            request.cloud.put(kubelet["resourceId"], IDENTITY, {"name": name, "location": region, "tags": {}, **made})
        for profile in body["agentPoolProfiles"]:
            request.cloud.put(
                f"{request.id}/agentPools/{profile['name']}", POOL, {**profile, "type": BY_TOKEN[POOL].arm}
            )

    def deleted(self, request: Request) -> None:
        for group in request.cloud.of_type(GROUP):
            if str(group.body.get("managedBy", "")).lower() == request.id.lower():
                request.cloud.delete(group.id)


class AgentPool(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(
            ("vmSize", "osDiskSizeGB", "osDiskType", "maxPods", "availabilityZones", "vnetSubnetID", "osType"),
            "Microsoft: Agent Pools - Create Or Update (not allowed to change)",
        ),
        "enableEncryptionAtHost": "Microsoft: Host-based encryption on AKS (at cluster or node pool creation time)",
    }

    def refusals(self, request: Request) -> Iterator[ArmError]:
        cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
        if cluster is None:
            return
        profile = {"name": request.name, **request.inputs}
        wanted, running = request.inputs.get("orchestratorVersion"), cluster.body.get("currentKubernetesVersion")
        if wanted and running and _minor(wanted) > _minor(running):
            message = (
                f"Node pool version {wanted} and control plane version {running} are incompatible. Minor version of "
                f"node pool version {_minor(wanted)} is bigger than control plane version {_minor(running)}."
            )
            yield ArmError(
                "NodePoolMcVersionIncompatible", message, "upgrade the cluster first (rancher/rancher #33426)"
            )
        yield from pool_refusals(request, profile, request.name, location=cluster.body.get("location"))
        others = [each for each in cluster.body.get("agentPoolProfiles") or [] if each["name"] != request.name]
        yield from _addresses(request, [*others, profile], cluster.body.get("networkProfile") or {})

    def computed(self, request: Request) -> Properties:
        cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
        # The SDK has no output for the kind of a pool, whose name is that of the resource's own type.
        return {
            key: value
            for key, value in _profile(request.inputs, cluster.body if cluster else {}).items()
            if key not in ("type", *NOT_IN_CLUSTER)
        }

    def written(self, request: Request, body: Properties) -> None:
        kind = request.inputs.get("type") or NODE_POOL["type"]
        _in_cluster(request, {"name": request.name, **body, "type": kind})

    def delete_refusals(self, request: Request) -> Iterator[ArmError]:
        cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
        pools = (cluster.body.get("agentPoolProfiles") or []) if cluster else []
        left = [each for each in pools if each["name"] != request.name and each.get("mode") == "System"]
        if cluster and not left:
            message = "There has to be at least one system agent pool."
            yield ArmError("BadRequest", message, "add another system pool first")

    def deleted(self, request: Request) -> None:
        _in_cluster(request, None)


class MaintenanceConfiguration(Behaviour):
    fills_in: ClassVar[Properties] = {"maintenanceWindow": {"utcOffset": "+00:00", "startDate": TODAY.isoformat()}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        hours = at(request.inputs, "maintenanceWindow", "durationHours")
        if hours is not None and hours < SHORTEST_WINDOW_HOURS:
            message = f"The durationHours {hours} of the maintenance window is too short."
            yield ArmError("InvalidParameter", message, f"choose at least {SHORTEST_WINDOW_HOURS} hours")


def pool_refusals(
    request: Request, pool: Mapping[str, Any], where: str, *, location: str | None = None
) -> Iterator[ArmError]:
    """What Azure refuses about a pool, whether its cluster creates it or a separate resource."""
    region = str(location or request.inputs.get("location") or "")
    lowest, highest, count = pool.get("minCount"), pool.get("maxCount"), pool.get("count")
    if count is None:
        message = "Required parameter properties.count is missing (null)."
        yield ArmError("InvalidParameter", message, "set count even under the autoscaler (pulumi-azure-native #2943)")
    elif pool.get("enableAutoScaling") and not (lowest or 0) <= count <= (highest or 0):
        message = (
            f"{where}.count was {count}. It must be greater or equal to minCount:{lowest} and less than or equal to "
            f"maxCount:{highest}."
        )
        yield ArmError("InvalidParameter", message, "choose a count between the two")
    version = str(pool.get("orchestratorVersion") or "")
    if pool.get("osSKU") == VERSIONED_SKU and version and _minor(version) not in VERSIONED_SKU_MINORS:
        message = f"OSSKU='{VERSIONED_SKU}' is invalid, details: it is not supported in Kubernetes {version}"
        yield ArmError("InvalidOSSKU", message, "AzureLinux follows the version of Kubernetes")
    if pool.get("enableEncryptionAtHost") and request.cloud.limits.unregistered(ENCRYPTION_AT_HOST):
        message = (
            "The property 'securityProfile.encryptionAtHost' is not valid because the "
            f"'{ENCRYPTION_AT_HOST}' feature is not enabled for this subscription."
        )
        namespace, _, feature = ENCRYPTION_AT_HOST.partition("/")
        advice = f"az feature register --namespace {namespace} --name {feature}; read {RUNBOOK} (Azure/azure-cli#16788)"
        yield ArmError("InvalidParameter", message, advice)
    size = VM_SIZES.get(str(pool.get("vmSize")))
    if size is None or region not in size.regions:
        message = f"The VM size of {pool.get('vmSize')} is not allowed in your subscription in location '{region}'."
        yield ArmError("BadRequest", message, "choose a size from components/facts/vm_sizes")
        return
    trusted = any((pool.get("securityProfile") or {}).get(each) for each in ("enableSecureBoot", "enableVTPM"))
    room = size.local_disk_gib - (GUEST_STATE_GIB if trusted else 0)
    if pool.get("osDiskType") == "Ephemeral" and pool.get("osDiskSizeGB", 0) > room:
        message = (
            f"Virtual Machine size: '{size.name}' cache size: {room} is too small for OS disk size: "
            f"{pool.get('osDiskSizeGB')}."
        )
        yield ArmError("VMCacheSizeTooSmall", message, "choose a smaller disk, a larger size, or a managed disk")
    missing = set(pool.get("availabilityZones") or []) - set(REGIONS[region].zones)
    if missing:
        message = f"Zones {', '.join(sorted(missing))} are not available in {region}."
        yield ArmError(
            "AvailabilityZoneNotSupported", message, f"available zones: {', '.join(REGIONS[region].zones) or 'none'}"
        )


def _addresses(request: Request, pools: list[Properties], network: Properties) -> Iterator[ArmError]:
    nodes = sum(int(each.get("maxCount") or 0) + ceil(int(each.get("maxCount") or 0) * SURGE) for each in pools)
    for subnet_id in sorted({str(each["vnetSubnetID"]) for each in pools if each.get("vnetSubnetID")}):
        holder = holder_of(request, subnet_id)
        if holder is None:
            continue
        subnet = next(each for each in holder.body["subnets"] if each["id"].lower() == subnet_id.lower())
        if subnet.get("delegations"):
            message = f"Subnet {subnet['name']} is delegated to {subnet['delegations'][0].get('serviceName')}."
            yield ArmError("SubnetIsDelegated", message, "put nodes into a subnet without delegation")
        cidrs = ipv4(prefixes_of(subnet))
        room = sum(each.num_addresses - RESERVED_IN_SUBNET for each in cidrs)
        if room < nodes:
            message = (
                f"Pre-allocated IPs {nodes} exceeds IPs available {room} in Subnet Cidr {', '.join(map(str, cidrs))}, "
                f"Subnet Name {subnet['name']}."
            )
            yield ArmError("InsufficientSubnetSize", message, "choose a larger subnet, or a lower maximum of nodes")
        for space in ipv4(at(holder.body, "addressSpace", "addressPrefixes") or []):
            if network.get("podCidr") and IPv4Network(network["podCidr"]).overlaps(space):
                message = f"NetworkProfile CIDR {network['podCidr']} overlaps with reserved VNET CIDR {space}"
                yield ArmError("NetworkProfileCIDROverlapVNET", message, "choose a range outside the network")
            if network.get("serviceCidr") and IPv4Network(network["serviceCidr"]).overlaps(space):
                message = "The specified service CIDR is conflicted with an existing subnet CIDR."
                yield ArmError("ServiceCidrOverlapExistingSubnetsCidr", message, "choose a range outside the network")
    pods = network.get("podCidr")
    if pods and 2 ** max(POD_RANGE_PREFIX - IPv4Network(pods).prefixlen, 0) < nodes:
        message = (
            f"Pre-allocated IPs {nodes * 256} exceeds IPs available in Subnet Cidr {pods}, networkProfile.podCIDR."
        )
        yield ArmError("InsufficientSubnetSize", message, "reserve a /24 for each node (Azure/AKS-Construction #701)")


def _minor(version: object) -> int:
    return int(str(version).split(".")[1])


def _running(version: str, before: Properties) -> Properties:
    """The version that runs: a minor version without a patch keeps the running patch."""
    running = str(before.get("currentKubernetesVersion", ""))
    if version.count(".") == 2:
        return {"kubernetesVersion": version, "currentKubernetesVersion": version}
    if running.startswith(version + "."):
        return {"kubernetesVersion": before.get("kubernetesVersion"), "currentKubernetesVersion": running}
    return {"kubernetesVersion": version, "currentKubernetesVersion": version + PATCH}


def _default_version(before: Properties) -> str:
    """Without a version Azure keeps the running one; a new cluster gets the minor version before the newest.

    Microsoft: Supported Kubernetes versions in AKS.
    """
    newest = sorted(offered("kubernetes"), key=_minor)
    return str(before.get("kubernetesVersion") or newest[-2] + PATCH)


def _profile(pool: Mapping[str, Any], cluster: Properties) -> Properties:
    """A pool as Azure lists it. ``cluster`` are the versions of its cluster, which it follows by default."""
    version = str(pool.get("orchestratorVersion") or cluster.get("kubernetesVersion") or "")
    running = str(cluster.get("currentKubernetesVersion"))
    full = running if running.startswith(version + ".") else version + PATCH
    made = completed({**pool}, {**NODE_POOL, **_disk(pool), "maxPods": OVERLAY_PODS, "orchestratorVersion": version})
    return {
        **made,
        "currentOrchestratorVersion": version if version.count(".") == 2 else full,
        "nodeImageVersion": NODE_IMAGES.get(made["osSKU"], DEFAULT_NODE_IMAGE),
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
    }


def _disk(pool: Mapping[str, Any]) -> Properties:
    """The disk that Azure chooses for a size: the temporary one where it is large enough."""
    size = VM_SIZES.get(str(pool.get("vmSize")))
    if size is None:
        return {}
    if size.local_disk_gib >= EPHEMERAL_FROM_GIB and pool.get("osDiskType") != "Managed":
        return {"osDiskSizeGB": size.local_disk_gib, "osDiskType": "Ephemeral"}
    managed = max(vcpus for vcpus in MANAGED_DISKS_GIB if vcpus <= size.vcpus)
    return {"osDiskSizeGB": MANAGED_DISKS_GIB[managed]}


def _in_subscription(request: Request, group: str) -> str:
    return f"{'/'.join(request.id.split('/')[:3])}/resourceGroups/{group}"


def _node_group(request: Request) -> str:
    """The group that Azure makes for the nodes where the program names none."""
    return f"MC_{request.id.split('/')[4]}_{request.name}_{place(request.inputs.get('location'))}"


def _kubelet(request: Request, group: str) -> Properties:
    """The identity of the nodes: the one that the program names, or one that Azure makes in their group."""
    id = at(request.inputs, "identityProfile", "kubeletidentity", "resourceId")
    id = str(id or f"{_in_subscription(request, group)}{IDENTITIES}{request.name}-agentpool")
    found = request.cloud.get(id)
    return {
        "resourceId": id,
        "clientId": found.body["clientId"] if found else guid(id, "client"),
        "objectId": found.body["principalId"] if found else guid(id, "principal"),
    }


def _network(request: Request, group: str) -> Properties:
    network = completed(request.inputs.get("networkProfile") or {}, NETWORK)
    network = completed(network, {"podCidrs": [network["podCidr"]], "serviceCidrs": [network["serviceCidr"]]})
    if network["outboundType"] != "loadBalancer":
        return network
    addresses = f"{_in_subscription(request, group)}/providers/Microsoft.Network/publicIPAddresses"
    balancer = {
        "managedOutboundIPs": {"count": 1},
        "effectiveOutboundIPs": [{"id": f"{addresses}/{guid(request.id, 'address')}"}],
        "backendPoolType": "nodeIPConfiguration",
    }
    return completed(network, {"loadBalancerProfile": balancer})


def _issuer(request: Request) -> Properties:
    profile = completed(request.inputs.get("oidcIssuerProfile") or {}, {"enabled": False})
    if not profile["enabled"]:
        return profile
    region, issuer = place(request.inputs.get("location", "")), guid(request.id, "issuer")
    return {**profile, "issuerURL": f"https://{region}.oic.prod-aks.azure.com/{request.tenant_id}/{issuer}/"}


def _kept(profile: Mapping[str, Any]) -> Properties:
    """What an update through the cluster sets; the number of nodes is believed to stay with the autoscaler
    (docs/runbooks/aks.md: counts)."""
    return {key: value for key, value in profile.items() if key != "count"}


def _in_cluster(request: Request, profile: Properties | None) -> None:
    """Write a pool into its cluster's list of pools, or remove it."""
    cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
    if cluster is None:
        return
    pools = [each for each in cluster.body.get("agentPoolProfiles") or [] if each["name"] != request.name]
    if profile is not None:
        pools.append({key: value for key, value in profile.items() if key not in NOT_IN_CLUSTER})
    request.cloud.put(cluster.id, CLUSTER, {**cluster.body, "agentPoolProfiles": pools})


BEHAVIOURS: Mapping[str, Behaviour] = {
    CLUSTER: ManagedCluster(),
    POOL: AgentPool(),
    "azure-native:containerservice:MaintenanceConfiguration": MaintenanceConfiguration(),
}
