"""Microsoft.ContainerService: node pools, whether a cluster creates them or a separate resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from math import ceil
from typing import Any, ClassVar

from components.aks.facts import GUEST_STATE_GIB, POD_RANGE_PREFIX, SURGE
from components.facts.regions import REGIONS
from components.facts.subscriptions import ENCRYPTION_AT_HOST
from components.facts.vm_sizes import VM_SIZES
from components.network.facts import RESERVED_IN_SUBNET
from offline.azure.behaviour import Behaviour, Request, at, completed
from offline.azure.errors import ArmError
from offline.azure.ranges import ipv4, prefixes_of
from offline.azure.rules import holder_of
from offline.azure.subscription import RUNBOOK
from offline.rpc.protocol import Properties

POOL = "azure-native:containerservice:AgentPool"
PATCH = ".1"
NOT_IN_CLUSTER = frozenset({"resourceGroupName", "resourceName", "agentPoolName", "id"})
"""Properties of a pool that its cluster's list of pools leaves out."""

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

MANAGED_DISKS_GIB = {1: 128, 8: 256, 16: 512, 64: 1024}
"""vCPUs from which on a managed disk has this size (Microsoft: Storage options for applications in AKS)."""

EPHEMERAL_FROM_GIB = 128
"""The temporary disk from which on Azure puts the system on it, all of it (the same page)."""

OVERLAY_PODS = 250
"""How many pods a node of an overlay network has room for (tests/evidence/agent-pool.yaml)."""


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
        if wanted and running and minor_of(wanted) > minor_of(running):
            message = (
                f"Node pool version {wanted} and control plane version {running} are incompatible. Minor version of "
                f"node pool version {minor_of(wanted)} is bigger than control plane version {minor_of(running)}."
            )
            yield ArmError(
                "NodePoolMcVersionIncompatible", message, "upgrade the cluster first (rancher/rancher #33426)"
            )
        yield from pool_refusals(request, profile, request.name, location=cluster.body.get("location"))
        others = [each for each in cluster.body.get("agentPoolProfiles") or [] if each["name"] != request.name]
        yield from address_refusals(request, [*others, profile], cluster.body.get("networkProfile") or {})

    def computed(self, request: Request) -> Properties:
        cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
        # The SDK has no output for the kind of a pool, whose name is that of the resource's own type.
        return {
            key: value
            for key, value in profile_of(request.inputs, cluster.body if cluster else {}).items()
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
    if pool.get("osSKU") == VERSIONED_SKU and version and minor_of(version) not in VERSIONED_SKU_MINORS:
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


def address_refusals(request: Request, pools: list[Properties], network: Properties) -> Iterator[ArmError]:
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


def minor_of(version: object) -> int:
    return int(str(version).split(".")[1])


def profile_of(pool: Mapping[str, Any], cluster: Properties) -> Properties:
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


def _in_cluster(request: Request, profile: Properties | None) -> None:
    """Write a pool into its cluster's list of pools, or remove it."""
    cluster = request.cloud.get(request.id.rsplit("/", 2)[0])
    if cluster is None:
        return
    pools = [each for each in cluster.body.get("agentPoolProfiles") or [] if each["name"] != request.name]
    if profile is not None:
        pools.append({key: value for key, value in profile.items() if key not in NOT_IN_CLUSTER})
    request.cloud.put(cluster.id, cluster.token, {**cluster.body, "agentPoolProfiles": pools})


BEHAVIOURS: Mapping[str, Behaviour] = {POOL: AgentPool()}
