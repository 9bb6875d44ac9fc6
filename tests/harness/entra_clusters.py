"""A cluster of the offline cloud whose users have Azure's rights, and tokens for it."""

from __future__ import annotations

import time

from components.aks.facts import SERVER_APPLICATION
from offline.azure.services.aks import CLUSTER
from offline.azure.subscription import access_token
from offline.rpc.protocol import Created
from offline.world.limits import Login
from tests.harness.clusters import cluster
from tests.harness.compose import TENANT
from tests.harness.offline import Cloud

HOUR = 3600


def entra_cluster(cloud: Cloud) -> Created:
    """A cluster with Entra integration and Azure RBAC."""
    profile = {"managed": True, "enableAzureRBAC": True, "tenantID": TENANT}
    return cloud.make(CLUSTER, **cluster(cloud, cloud.network(), aadProfile=profile))


def server_of(made: Created) -> str:
    """The address in the kubeconfigs of a cluster."""
    return f"https://{made.properties['fqdn']}:443"


def token_of(object_id: str = "", **claims: str | int) -> str:
    """A token of a principal for a cluster; that of the person without one."""
    usual: dict[str, str | int] = {"aud": SERVER_APPLICATION, "exp": int(time.time()) + HOUR}
    return access_token(TENANT, Login(object_id=object_id), **{**usual, **claims})
