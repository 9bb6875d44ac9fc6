"""Microsoft.ContainerService: clusters, node pools, maintenance windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from math import ceil
from typing import Any, ClassVar

from components.aks.facts import POD_RANGE_PREFIX, SURGE
from components.facts.regions import REGIONS
from components.facts.vm_sizes import VM_SIZES
from components.network.facts import RESERVED_IN_SUBNET
from offline.azure.behaviour import Behaviour, Request, at, guid
from offline.azure.codes.aks import UPGRADES
from offline.azure.errors import ArmError
from offline.azure.ranges import ipv4, prefixes_of
from offline.azure.rules import holder_of
from offline.azure.services.access import granted
from offline.azure.versions import offered
from offline.rpc.protocol import Properties

CLUSTER = "azure-native:containerservice:ManagedCluster"
POOL = "azure-native:containerservice:AgentPool"
GROUP = "azure-native:resources:ResourceGroup"

PATCH = ".1"
NOT_IN_CLUSTER = frozenset({"resourceGroupName", "resourceName", "agentPoolName", "id"})
"""Properties of a pool that its cluster's list of pools leaves out."""

SHORTEST_WINDOW_HOURS = 4


class ManagedCluster(Behaviour):
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
        region, prefix = inputs.get("location", ""), inputs.get("dnsPrefix", request.name)
        pools = [_profile(each) for each in inputs.get("agentPoolProfiles") or []]
        if request.old is not None:
            theirs = {each["name"]: each for each in pools}
            kept = request.old.body.get("agentPoolProfiles") or []
            pools = [{**each, **_kept(theirs.get(each["name"], {}))} for each in kept]
        issuer = guid(request.id, "issuer")
        version = str(inputs.get("kubernetesVersion"))
        return {
            "agentPoolProfiles": pools,
            **_running(version, request.old.body if request.old else {}),
            "fqdn": f"{prefix}-{guid(request.id, 'fqdn')[:8]}.hcp.{region}.azmk8s.io",
            "oidcIssuerProfile": {
                **(inputs.get("oidcIssuerProfile") or {}),
                "issuerURL": f"https://{region}.oic.prod-aks.azure.com/{request.tenant_id}/{issuer}/",
            },
            "maxAgentPools": 100,
            "resourceUID": guid(request.id, "uid"),
        }

    def written(self, request: Request, body: Properties) -> None:
        if request.old is not None:
            return
        group = request.inputs.get("nodeResourceGroup")
        if group:
            id = f"{'/'.join(request.id.split('/')[:3])}/resourceGroups/{group}"
            tags = request.inputs.get("tags") or {}
            managed = {"name": group, "location": request.inputs.get("location"), "managedBy": request.id, "tags": tags}
            request.cloud.put(id, GROUP, managed)
        for profile in body["agentPoolProfiles"]:
            request.cloud.put(
                f"{request.id}/agentPools/{profile['name']}", POOL, {**profile, "type": profile.get("type")}
            )

    def deleted(self, request: Request) -> None:
        for group in request.cloud.of_type(GROUP):
            if str(group.body.get("managedBy", "")).lower() == request.id.lower():
                request.cloud.delete(group.id)


class AgentPool(Behaviour):
    immutable: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("vmSize", "osDiskSizeGB", "osDiskType", "maxPods", "availabilityZones", "vnetSubnetID", "osType"),
        "Microsoft: Agent Pools - Create Or Update (not allowed to change)",
    )

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
        return {
            key: value for key, value in _profile({"name": request.name, **request.inputs}).items() if key != "name"
        }

    def written(self, request: Request, body: Properties) -> None:
        _in_cluster(request, {"name": request.name, **body})

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
    def refusals(self, request: Request) -> Iterator[ArmError]:
        hours = at(request.inputs, "maintenanceWindow", "durationHours")
        if hours is not None and hours < SHORTEST_WINDOW_HOURS:
            message = f"The durationHours {hours} of the maintenance window is too short."
            yield ArmError("InvalidParameter", message, f"choose at least {SHORTEST_WINDOW_HOURS} hours")


def pool_refusals(
    request: Request, pool: Mapping[str, Any], where: str, *, location: str | None = None
) -> Iterator[ArmError]:
    """What Azure refuses about a pool, whether its cluster creates it or a resource of its own."""
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
    size = VM_SIZES.get(str(pool.get("vmSize")))
    if size is None or region not in size.regions:
        message = f"The VM size of {pool.get('vmSize')} is not allowed in your subscription in location '{region}'."
        yield ArmError("BadRequest", message, "choose a size from components/facts/vm_sizes")
        return
    if pool.get("osDiskType") == "Ephemeral" and pool.get("osDiskSizeGB", 0) > size.local_disk_gib:
        message = (
            f"Virtual Machine size: '{size.name}' cache size: {size.local_disk_gib} is too small for OS disk size: "
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
        return {"currentKubernetesVersion": version}
    if running.startswith(version + "."):
        return {"kubernetesVersion": before.get("kubernetesVersion"), "currentKubernetesVersion": running}
    return {"currentKubernetesVersion": version + PATCH}


def _profile(pool: Mapping[str, Any]) -> Properties:
    version = str(pool.get("orchestratorVersion", ""))
    return {
        **pool,
        "currentOrchestratorVersion": version if version.count(".") == 2 else version + PATCH,
        "nodeImageVersion": "AKSAzureLinux-V3gen2-202611.01.0",
        "powerState": {"code": "Running"},
        "provisioningState": "Succeeded",
    }


def _kept(profile: Mapping[str, Any]) -> Properties:
    """What an update through the cluster sets; the number of nodes stays with the autoscaler."""
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
