"""What the played controllers look at: the Azure side of a cluster, and short ways to write objects."""

from __future__ import annotations

from typing import Any

import yaml

from components.naming.kubernetes import subject
from offline.azure.services.aks import CLUSTER
from offline.azure.services.identity import CREDENTIAL
from offline.azure.services.vaults import SECRET, VAULT
from offline.kubernetes.played.api import Object
from offline.rpc.protocol import Created
from tests.harness.clusters import cluster, pool
from tests.harness.compose import TENANT
from tests.harness.offline import GROUP, REGION, SUBSCRIPTION, Cloud, token_of

SPACE = "mys-dev"
VAULT_NAME = "mys-dev-app-kv-san"
LINK_GROUP = "mys-dev-ingress-rg-san"
GATEWAY_ADDRESS = "10.0.6.14"
TOLERATED = {"key": "workload", "operator": "Equal", "value": "chain", "effect": "NoSchedule"}


class Estate(Cloud):
    """A cluster with two pools, the subnets of nodes and of links, a vault with a secret, the groups around them."""

    cluster: Created
    control: str
    """The object id of the cluster's identity."""

    def build(self, **pools: Any) -> Estate:
        """Make it; ``pools`` overrides the pool of services."""
        network = self.make(
            token_of("virtual-network"),
            virtualNetworkName="mys-dev-core-vnet-san",
            location=REGION,
            addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
            subnets=[
                {"name": "aks-nodes", "addressPrefix": "10.0.8.0/22"},
                {
                    "name": "private-link",
                    "addressPrefix": "10.0.6.0/28",
                    "privateLinkServiceNetworkPolicies": "Disabled",
                },
                {"name": "closed", "addressPrefix": "10.0.7.0/28"},
            ],
        )
        self.network_id = network.id
        nodes = f"{network.id}/subnets/aks-nodes"
        self.make(token_of("resource-group"), resourceGroupName=LINK_GROUP, location=REGION)
        services = pool(
            nodes, "services", "User", **{"nodeLabels": {"workload": "services"}, "count": 1, "minCount": 1, **pools}
        )
        profiles = [pool(nodes, nodeTaints=["CriticalAddonsOnly=true:NoSchedule"]), services]
        inputs = cluster(
            self,
            nodes,
            agentPoolProfiles=profiles,
            addonProfiles={"azureKeyvaultSecretsProvider": {"enabled": True}},
        )
        self.cluster = self.make(CLUSTER, **inputs)
        control = self.body(inputs["identity"]["userAssignedIdentities"][0])
        self.control = control["principalId"]
        return self

    def subnet(self, name: str) -> str:
        return f"{self.network_id}/subnets/{name}"

    def may_link(self) -> None:
        """Let the cluster make links, as the program does."""
        self.grant("network-contributor", self.control, self.subnet("private-link"))
        scope = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{LINK_GROUP}"
        self.grant("network-contributor", self.control, scope)

    def vault(self) -> Created:
        properties = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
        return self.make(VAULT, vaultName=VAULT_NAME, location=REGION, properties=properties)

    def secret(self, name: str) -> str:
        """A secret; its version."""
        made = self.make(SECRET, vaultName=VAULT_NAME, secretName=name, properties={"value": "hidden"})
        return made.properties["properties"]["secretUriWithVersion"].rpartition("/")[2]

    def federated(self, name: str, account: str, space: str = SPACE) -> Created:
        """An identity that a service account is."""
        made = self.identity(name)
        issuer = self.body(self.cluster.id)["oidcIssuerProfile"]["issuerURL"]
        self.make(
            CREDENTIAL,
            resourceName=name,
            federatedIdentityCredentialResourceName=account,
            issuer=issuer,
            subject=subject(space, account),
            audiences=["api://AzureADTokenExchange"],
        )
        return made


def object_of(kind: str, name: str, space: str = SPACE, version: str = "v1", **rest: Any) -> Object:
    """An object; ``metadata`` in ``rest`` is added to its own."""
    metadata = {"name": name, **({"namespace": space} if space else {}), **rest.pop("metadata", {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def container(name: str = "app", cpu: str = "100m", memory: str = "128Mi", **rest: Any) -> Object:
    """A container that Pod Security ``restricted`` takes."""
    return {
        "name": name,
        "image": "example.azurecr.io/app@sha256:" + "0" * 64,
        "resources": {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        **rest,
    }


def pod_spec(*containers: Object, **rest: Any) -> Object:
    """The specification of a pod on the nodes of services."""
    return {
        "nodeSelector": {"workload": "services"},
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": list(containers) or [container()],
        **rest,
    }


def deployment(name: str, spec: Object, replicas: int = 1) -> Object:
    """A Deployment of such pods."""
    labels = {"app.kubernetes.io/name": name}
    template = {"metadata": {"labels": labels}, "spec": spec}
    wanted = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return object_of("Deployment", name, version="apps/v1", spec=wanted)


def provider_class(name: str, client_id: str, secret: str, version: str, target: str) -> Object:
    """A class of the Key Vault driver: one secret of the vault, kept as the Secret ``target``."""
    objects = {"array": [yaml.safe_dump({"objectName": secret, "objectType": "secret", "objectVersion": version})]}
    parameters = {
        "usePodIdentity": "false",
        "clientID": client_id,
        "keyvaultName": VAULT_NAME,
        "tenantId": TENANT,
        "objects": yaml.safe_dump(objects),
    }
    kept = {"secretName": target, "type": "Opaque", "data": [{"objectName": secret, "key": "value"}]}
    return object_of(
        "SecretProviderClass",
        name,
        version="secrets-store.csi.x-k8s.io/v1",
        spec={"provider": "azure", "parameters": parameters, "secretObjects": [kept]},
    )


def secret_volume(name: str) -> Object:
    """The volume of a class."""
    return {
        "name": "secrets",
        "csi": {
            "driver": "secrets-store.csi.k8s.io",
            "readOnly": True,
            "volumeAttributes": {"secretProviderClass": name},
        },
    }


def group_id(name: str = GROUP) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}"
