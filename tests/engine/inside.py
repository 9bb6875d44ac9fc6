"""What is inside the cluster of a world, as its administrator sees it, and what others do there and to its vaults."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from components.naming.kubernetes import namespace
from offline.azure.behaviour import guid
from offline.azure.services.aks import CLUSTER
from offline.azure.services.vaults import SECRET as VAULT_SECRET
from offline.azure.services.vaults import VERSION
from offline.engine.home import Home
from offline.kubernetes.client import Client, trusting
from offline.kubernetes.played.api import Kind
from offline.kubernetes.played.kinds import DEPLOYMENT, POD, SECRET
from offline.kubernetes.servers.clusters import reach
from offline.world.store import World

STATEFUL_SET = Kind("apps/v1", "StatefulSet")
PART = "app.kubernetes.io/part-of"
OURS = "mystira"
EDITOR, AUTOSCALER = "kubectl-edit", "kube-controller-manager"
"""Whom the API server takes for the author of a change: the autoscaler is one of its controllers."""


@dataclass(frozen=True)
class Inside:
    """The services of an environment."""

    api: Client
    environment: str

    @property
    def namespace(self) -> str:
        return namespace(self.environment)

    def label(self, deployment: str, value: str) -> None:
        """Somebody edits a label of a Deployment."""
        body = {"metadata": {"labels": {PART: value}}}
        self.api.patch(DEPLOYMENT, deployment, self.namespace, body, query={"fieldManager": EDITOR})

    def scale_up(self, deployment: str) -> None:
        """The autoscaler wants one copy more."""
        found = self.api.get(DEPLOYMENT, deployment, self.namespace)
        assert found is not None
        body = {"spec": {"replicas": found["spec"]["replicas"] + 1}}
        self.api.patch(
            DEPLOYMENT, deployment, self.namespace, body, subresource="scale", query={"fieldManager": AUTOSCALER}
        )

    def templates(self) -> Mapping[str, object]:
        """The pods of every service as its Deployment or StatefulSet wants them."""
        found = [each for kind in (DEPLOYMENT, STATEFUL_SET) for each in self.api.list(kind, self.namespace)]
        return {each["metadata"]["name"]: each["spec"]["template"] for each in found}

    def values(self, service: str, variable: str) -> set[str]:
        """What the pods of a service read in a variable that comes from a Secret."""
        found: set[str] = set()
        for pod in self.api.list(POD, self.namespace, f"app.kubernetes.io/name={service}"):
            (source,) = (
                each["valueFrom"]["secretKeyRef"]
                for container in pod["spec"]["containers"]
                for each in container["env"]
                if each["name"] == variable
            )
            secret = self.api.get(SECRET, source["name"], self.namespace)
            assert secret is not None, f"no Secret {source['name']}"
            found.add(base64.b64decode(secret["data"][source["key"]]).decode())
        return found


@contextmanager
def inside(home: Home, environment: str) -> Iterator[Inside]:
    """The only cluster of a world."""
    (cluster,) = World(home.cloud).of_type(CLUSTER)
    found = reach(home.root, f"https://{cluster.body['fqdn']}:443")
    api = Client(found.url, trusting(found.ca, (found.certificate, found.key)), found.tls_server_name)
    try:
        yield Inside(api, environment)
    finally:
        api.close()


def write_new_version(world: World, ending: str) -> str:
    """Somebody writes a new value of the secret whose id ends so; what pods read of it, which names the version."""
    (secret,) = (each for each in world.of_type(VAULT_SECRET) if each.id.endswith(ending))
    number = int(secret.body[VERSION]) + 1
    version = guid(secret.id, str(number)).replace("-", "")
    properties = secret.body["properties"]
    uri = f"{properties['secretUri']}/{version}"
    body = {**secret.body, VERSION: number, "properties": {**properties, "secretUriWithVersion": uri}}
    with world.writing("set", secret.token, secret.id) as cloud:
        cloud.put(secret.id, secret.token, body)
    vault, name = secret.id.split("/")[-3], secret.id.rpartition("/")[2]
    return f"{vault}/{name}/{version}"
