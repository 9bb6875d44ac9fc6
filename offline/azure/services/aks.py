"""Microsoft.ContainerService: clusters and maintenance windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from components.facts.types import BY_TOKEN
from offline.azure.behaviour import Behaviour, Function, Request, at, completed, drawn, guid
from offline.azure.codes.aks import UPGRADES
from offline.azure.errors import ArmError
from offline.azure.inputs import place
from offline.azure.services.access import granted
from offline.azure.services.agent_pools import PATCH, POOL, address_refusals, minor_of, pool_refusals, profile_of
from offline.azure.services.identity import IDENTITY, own_identity
from offline.azure.versions import TODAY, offered
from offline.kubernetes.kubeconfig import list_user_credentials
from offline.rpc.protocol import Properties

CLUSTER = "azure-native:containerservice:ManagedCluster"
GROUP = "azure-native:resources:ResourceGroup"

SHORTEST_WINDOW_HOURS = 4

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
        yield from address_refusals(request, profiles, request.inputs.get("networkProfile") or {})
        for name in self.fixed_network:
            before = at(request.old.body, "networkProfile", name) if request.old else None
            now = at(request.inputs, "networkProfile", name)
            if before is not None and now is not None and before != now:
                message = f"Changing property 'networkProfile.{name}' is not allowed."
                yield ArmError("PropertyChangeNotAllowed", message, "keep it, or replace the cluster")

    @staticmethod
    def _version(request: Request) -> Iterator[ArmError]:
        version = request.inputs.get("kubernetesVersion")
        minor = _minor(version)
        # A cluster keeps what it runs: only a version that it would move to has to be offered (Microsoft: Supported
        # Kubernetes versions in AKS, FAQ: an unsupported cluster goes on working and is scaled).
        kept = request.old is not None and minor == _minor(request.old.body.get("kubernetesVersion"))
        if version is not None and minor not in offered("kubernetes") and not kept:
            message = f"Version {version} is not supported in this region."
            yield ArmError("K8sVersionNotSupported", message, f"use one of {', '.join(offered('kubernetes'))}")
        running = str(request.old.body.get("currentKubernetesVersion") or version) if request.old else version
        # From a version that is offered no more the way leads to the oldest that is, whatever is between (same page).
        skips = _minor(running) not in offered("kubernetes") and minor == min(offered("kubernetes"), key=minor_of)
        if version is not None and minor_of(version) - minor_of(running) not in (0, 1) and not skips:
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
        pools = [profile_of(each, versions) for each in inputs.get("agentPoolProfiles") or []]
        if request.old is not None:
            theirs = {each["name"]: each for each in inputs.get("agentPoolProfiles") or []}
            kept = before.get("agentPoolProfiles") or []
            pools = [profile_of({**each, **_kept(theirs.get(each["name"], {}))}, versions) for each in kept]
        name = f"{prefix}-{guid(request.id, 'fqdn')[:8]}"
        host = str(before.get("fqdn") or f"{name}.hcp.{region}.azmk8s.io")
        group = inputs.get("nodeResourceGroup") or before.get("nodeResourceGroup") or _node_group(request)
        return {
            "agentPoolProfiles": pools,
            **versions,
            **own_identity(request),
            "fqdn": host,
            "azurePortalFQDN": host.replace(".hcp.", ".portal.hcp.", 1),
            "identityProfile": {"kubeletidentity": _kubelet(request, group)},
            "networkProfile": _network(request, group),
            "nodeResourceGroup": group,
            "oidcIssuerProfile": _issuer(request),
            "maxAgentPools": 100,
            "resourceUID": drawn(request, "uid", "resourceUID"),
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


class MaintenanceConfiguration(Behaviour):
    fills_in: ClassVar[Properties] = {"maintenanceWindow": {"utcOffset": "+00:00", "startDate": TODAY.isoformat()}}

    def refusals(self, request: Request) -> Iterator[ArmError]:
        hours = at(request.inputs, "maintenanceWindow", "durationHours")
        if hours is not None and hours < SHORTEST_WINDOW_HOURS:
            message = f"The durationHours {hours} of the maintenance window is too short."
            yield ArmError("InvalidParameter", message, f"choose at least {SHORTEST_WINDOW_HOURS} hours")


def _minor(version: object) -> str:
    """``1.36`` of ``1.36.3``."""
    return ".".join(str(version).split(".")[:2])


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
    newest = sorted(offered("kubernetes"), key=minor_of)
    return str(before.get("kubernetesVersion") or newest[-2] + PATCH)


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
    known = at(request.old.body, "oidcIssuerProfile", "issuerURL") if request.old else None
    region, issuer = place(request.inputs.get("location", "")), guid(request.id, "issuer")
    made = f"https://{region}.oic.prod-aks.azure.com/{request.tenant_id}/{issuer}/"
    return {**profile, "issuerURL": known or made}


def _kept(profile: Mapping[str, Any]) -> Properties:
    """What an update through the cluster sets; the number of nodes is believed to stay with the autoscaler
    (docs/runbooks/aks.md: counts)."""
    return {key: value for key, value in profile.items() if key != "count"}


BEHAVIOURS: Mapping[str, Behaviour] = {
    CLUSTER: ManagedCluster(),
    "azure-native:containerservice:MaintenanceConfiguration": MaintenanceConfiguration(),
}

FUNCTIONS: Mapping[str, Function] = {
    "azure-native:containerservice:listManagedClusterUserCredentials": list_user_credentials,
}
