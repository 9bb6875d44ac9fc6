"""The kubeconfig that Azure answers to whoever lists the credentials of a cluster.

Source: Microsoft: Managed Clusters - List Cluster User Credentials; its shape from published kubeconfigs of clusters
with Entra integration (Azure/kubelogin: docs/book/src/concepts/aks.md and the fixtures of its converter).
"""

from __future__ import annotations

import base64

import yaml

from components.aks.facts import CLIENT_APPLICATION, SERVER_APPLICATION
from offline.azure.behaviour import at
from offline.azure.errors import ArmError
from offline.engine.home import Home
from offline.kubernetes.servers.places import Place
from offline.kubernetes.servers.shapes import Shape
from offline.kubernetes.servers.stores import ensure_certificates
from offline.rpc.protocol import Properties
from offline.world.objects import CloudObject
from offline.world.store import World

INSTALL_HINT = """
kubelogin is not installed which is required to connect to AAD enabled cluster.

To learn more, please go to https://aka.ms/aks/kubelogin
"""


def list_user_credentials(args: Properties, world: World, subscription: str) -> Properties:
    """The kubeconfig of a user: it names the cluster and asks kubelogin for a token, and holds no secret itself.

    ``format`` changes nothing: ``azure`` and ``exec`` are both the exec plug-in since Kubernetes 1.24.
    """
    group, name = args.get("resourceGroupName"), args.get("resourceName")
    id = (
        f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters"
        f"/{name}"
    )
    cluster = world.get(id)
    if cluster is None:
        message = f"The Resource '{id}' was not found."
        advice = "create the cluster first, or depend on it"
        raise ArmError("ResourceNotFound", message, advice, status=404)
    text = yaml.safe_dump(kubeconfig(world, cluster, str(group)), sort_keys=False)
    return {"kubeconfigs": [{"name": "clusterUser", "value": base64.b64encode(text.encode()).decode()}]}


def kubeconfig(world: World, cluster: CloudObject, group: str) -> Properties:
    """The kubeconfig as Azure makes it."""
    shape = Shape.of(cluster)
    place = Place.of(Home(world.path.parent), cluster.id)
    place.note(cluster.id)
    authority = ensure_certificates(place, shape.fqdn, shape.service_address)
    name = cluster.id.rpartition("/")[2]
    user = f"clusterUser_{group}_{name}"
    login = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "args": [
            "get-token",
            "--environment",
            "AzurePublicCloud",
            "--server-id",
            SERVER_APPLICATION,
            "--client-id",
            CLIENT_APPLICATION,
            "--tenant-id",
            str(at(cluster.body, "aadProfile", "tenantID") or ""),
            "--login",
            "devicecode",
        ],
        "command": "kubelogin",
        "env": None,
        "installHint": INSTALL_HINT,
        "provideClusterInfo": False,
    }
    server = {
        "certificate-authority-data": base64.b64encode(authority.read_bytes()).decode(),
        "server": f"https://{shape.fqdn}:443",
    }
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": server, "name": name}],
        "contexts": [{"context": {"cluster": name, "user": user}, "name": name}],
        "current-context": name,
        "kind": "Config",
        "preferences": {},
        "users": [{"name": user, "user": {"exec": login}}],
    }
