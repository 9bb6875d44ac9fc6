"""Clusters and pools in the offline cloud."""

from __future__ import annotations

from typing import Any

from offline.azure.services.agent_pools import POOL
from offline.azure.services.aks import CLUSTER
from offline.rpc.protocol import Created
from tests.harness.offline import REGION, Cloud

NAME = "mys-dev-core-aks-san"


def pool(subnet: str, name: str = "system", mode: str = "System", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "mode": mode,
        "vmSize": "Standard_D2ds_v5",
        "enableAutoScaling": True,
        "count": 2,
        "minCount": 2,
        "maxCount": 4,
        "availabilityZones": ["1", "2", "3"],
        "osDiskType": "Ephemeral",
        "osDiskSizeGB": 64,
        "vnetSubnetID": subnet,
        "orchestratorVersion": "1.36",
        **more,
    }


def cluster(cloud: Cloud, subnet: str, *, granted: bool = True, **more: Any) -> dict[str, Any]:
    control, kubelet = cloud.identity("control"), cloud.identity("kubelet")
    if granted:
        cloud.grant("network-contributor", control.properties["principalId"], subnet)
        cloud.grant("identity-operator", control.properties["principalId"], kubelet.id)
    return {
        "resourceName": NAME,
        "location": REGION,
        "kubernetesVersion": "1.36",
        "dnsPrefix": "mys-dev-core",
        "nodeResourceGroup": "mys-dev-corenodes-rg-san",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": [control.id]},
        "identityProfile": {"kubeletidentity": {"resourceId": kubelet.id}},
        "oidcIssuerProfile": {"enabled": True},
        "agentPoolProfiles": [pool(subnet)],
        "networkProfile": {"networkPlugin": "azure", "podCidr": "192.168.0.0/16", "serviceCidr": "172.16.0.0/16"},
        **more,
    }


def made_cluster(cloud: Cloud) -> tuple[dict[str, Any], Created, str]:
    subnet = cloud.network()
    wanted = cluster(cloud, subnet)
    return wanted, cloud.make(CLUSTER, **wanted), subnet


def add_pool(cloud: Cloud, subnet: str, name: str = "services", mode: str = "User", **more: Any) -> Created:
    inputs = {key: value for key, value in pool(subnet, name, mode, **more).items() if key != "name"}
    return cloud.make(POOL, resourceName=NAME, agentPoolName=name, **inputs)
