"""The played controllers against a real API server and controller manager. One cluster, in the order of a stack's
life: each test leaves what the next one needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from offline.kubernetes.client import Client, trusting
from offline.kubernetes.played import kinds
from offline.kubernetes.played import settle as settling
from offline.kubernetes.played.api import ApiError, Kind, Object
from offline.kubernetes.played.private_links import LINK
from offline.kubernetes.played.releases import play_release, read_release, remove_release, waiting
from offline.kubernetes.played.settle import settle
from offline.kubernetes.played.turn import holds
from tests.harness.played import (
    GATEWAY_ADDRESS,
    LINK_GROUP,
    SPACE,
    SUBSCRIPTION,
    VAULT_NAME,
    Estate,
    container,
    deployment,
    group_id,
    object_of,
    pod_spec,
    provider_class,
    secret_volume,
)
from tests.harness.servers import throw_away

SECONDS = 60.0
INGRESS, SIGNER = "mys-gateway", "mys-cert-manager"
STRICT = {"fieldValidation": "Strict"}
CERT_MANAGER = {
    "name": "cert-manager",
    "namespace": SIGNER,
    "chart": "oci://quay.io/jetstack/charts/cert-manager",
    "version": "v1.21.2",
    "values": {"crds": {"enabled": True, "keep": False}},
}
ENVOY = {
    "name": "envoy-gateway",
    "namespace": INGRESS,
    "chart": "oci://docker.io/envoyproxy/gateway-helm",
    "version": "v1.9.1",
    "values": {"deployment": {"replicas": 2}},
}
_BALANCER = "service.beta.kubernetes.io/azure-load-balancer-"
_LINK = "service.beta.kubernetes.io/azure-pls-"
ANNOTATIONS = {
    _BALANCER + "internal": "true",
    _BALANCER + "internal-subnet": "private-link",
    _BALANCER + "ipv4": GATEWAY_ADDRESS,
    _LINK + "create": "true",
    _LINK + "name": "mys-dev-core-pls-san",
    _LINK + "resource-group": LINK_GROUP,
    _LINK + "visibility": SUBSCRIPTION,
}


@dataclass
class Ground:
    """A cluster and the cloud around it."""

    estate: Estate
    api: Client

    def step(self) -> None:
        settle(self.api, self.estate.world, self.estate.cluster.id)

    def until(self, done: Callable[[], Any]) -> Any:
        """Let the controllers act until something is so."""
        ends = time.monotonic() + SECONDS
        while True:
            self.step()
            found = done()
            if found:
                return found
            assert time.monotonic() < ends, self.events()
            time.sleep(0.05)

    def is_so(self, kind: Kind, name: str, condition: str, space: str = SPACE) -> bool:
        return holds(self.api.get(kind, name, space), condition)

    def events(self, space: str = "") -> list[tuple[str, str, str]]:
        found = self.api.list(kinds.EVENT, space)
        return [(each["involvedObject"]["name"], each["reason"], each["message"]) for each in found]

    def messages(self, reason: str, space: str = SPACE) -> list[str]:
        return [message for _, why, message in self.events(space) if why == reason]

    def pods(self, name: str) -> list[Object]:
        return self.api.list(kinds.POD, SPACE, f"app.kubernetes.io/name={name}")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("played")
    estate = Estate(folder / "world").build()
    estate.vault()
    with throw_away(folder / "servers") as found:
        api = Client(found.url, trusting(found.ca, (found.certificate, found.key)), found.tls_server_name)
        restricted = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
        for name in (SPACE, INGRESS, SIGNER):
            api.create(object_of("Namespace", name, "", metadata={"labels": restricted}))
        yield Ground(estate, api)
        api.close()


def test_a_deployment_becomes_ready_on_nodes_of_its_pool(ground: Ground) -> None:
    ground.api.create(deployment("plain", pod_spec(), replicas=2), STRICT)
    ground.until(lambda: ground.is_so(kinds.DEPLOYMENT, "plain", "Available"))
    assert {each["spec"]["nodeName"].split("-")[1] for each in ground.pods("plain")} == {"services"}


def test_a_pool_grows_to_its_maximum_and_then_the_scheduler_says_why(ground: Ground) -> None:
    ground.api.create(deployment("large", pod_spec(container(cpu="1")), replicas=5))
    full = (
        "0/6 nodes are available: 2 node(s) had untolerated taint(s), 4 Insufficient cpu. preemption: 0/6 nodes are "
        "available: 2 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod."
    )
    # While a node is new, its taint refuses pods as well.
    ground.until(lambda: full in ground.messages("FailedScheduling"))
    nodes = ground.api.list(kinds.NODE, labels="agentpool=services")
    assert len(nodes) == 4

    def ready():
        return (ground.api.get(kinds.DEPLOYMENT, "large", SPACE) or {})["status"].get("readyReplicas")

    ground.until(lambda: ready() == 4)
    ground.api.delete(kinds.DEPLOYMENT, "large", SPACE)
    ground.until(lambda: not ground.pods("large"))


def test_a_secret_of_the_vault_is_mounted_once_its_identity_may_read_it(ground: Ground) -> None:
    identity = ground.estate.federated("mys-dev-app-identity-san", "app")
    version = ground.estate.secret("redis")
    variable = {"name": "REDIS", "valueFrom": {"secretKeyRef": {"name": "app-1", "key": "value"}}}
    spec = pod_spec(container(env=[variable]), serviceAccountName="app", volumes=[secret_volume("app")])
    ground.api.create(object_of("ServiceAccount", "app"))
    made = provider_class("app", identity.properties["clientId"], "redis", version, "app-1")
    ground.until(lambda: ground.api.known(kinds.PROVIDER_CLASS))
    ground.api.create(made, STRICT)
    ground.api.create(deployment("reader", spec))
    message = ground.until(lambda: ground.messages("FailedMount"))[0]
    assert message.startswith('MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = ')
    assert f"failed to get objectType:secret, objectName:redis, objectVersion:{version}: GET https://" in message
    assert "RESPONSE 403: 403 Forbidden" in message
    vault = f"{group_id()}/providers/Microsoft.KeyVault/vaults/{VAULT_NAME}"
    ground.estate.grant("key-vault-secrets-user", identity.properties["principalId"], vault)
    ground.until(lambda: ground.is_so(kinds.DEPLOYMENT, "reader", "Available"))
    kept = ground.api.get(kinds.SECRET, "app-1", SPACE)
    assert kept is not None
    assert kept["metadata"]["ownerReferences"][0]["kind"] == "ReplicaSet"


def test_a_variable_without_its_secret_is_a_container_that_cannot_be_made(ground: Ground) -> None:
    variable = {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "nowhere", "key": "value"}}}
    ground.api.create(deployment("blind", pod_spec(container(env=[variable]))))
    state = ground.until(lambda: [each["status"].get("containerStatuses") for each in ground.pods("blind")][0:1])
    waiting_for = ground.until(
        lambda: [each["status"]["containerStatuses"][0]["state"] for each in ground.pods("blind") if state]
    )
    assert waiting_for == [
        {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "nowhere" not found'}}
    ]
    assert not ground.is_so(kinds.DEPLOYMENT, "blind", "Available")
    ground.api.delete(kinds.DEPLOYMENT, "blind", SPACE)


def test_a_claim_gets_a_disk_in_the_zone_of_its_pod_grows_and_is_kept(ground: Ground) -> None:
    made = object_of(
        "StorageClass",
        "mys-chain",
        "",
        "storage.k8s.io/v1",
        provisioner="disk.csi.azure.com",
        parameters={"skuName": "Premium_LRS"},
        reclaimPolicy="Retain",
        volumeBindingMode="WaitForFirstConsumer",
        allowVolumeExpansion=True,
    )
    ground.api.create(made)
    labels = {"app.kubernetes.io/name": "chain"}
    claim = {"accessModes": ["ReadWriteOnce"], "storageClassName": "mys-chain"}
    claim["resources"] = {"requests": {"storage": "10Gi"}}
    spec = pod_spec(container(volumeMounts=[{"name": "data", "mountPath": "/data"}]))
    wanted = {
        "serviceName": "chain",
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": spec},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}],
    }
    sets = Kind("apps/v1", "StatefulSet")
    ground.api.create(object_of("StatefulSet", "chain", version="apps/v1", spec=wanted), STRICT)

    def ready():
        return (ground.api.get(sets, "chain", SPACE) or {}).get("status", {}).get("readyReplicas") == 2

    ground.until(ready)
    volumes = ground.api.list(kinds.VOLUME)
    assert {each["spec"]["persistentVolumeReclaimPolicy"] for each in volumes} == {"Retain"}
    for pod in ground.pods("chain"):
        node = ground.api.get(kinds.NODE, pod["spec"]["nodeName"])
        name = f"data-{pod['metadata']['name']}"
        bound = next(each for each in volumes if each["spec"]["claimRef"]["name"] == name)
        zone = bound["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"][0]["matchExpressions"][0]["values"][0]
        assert node is not None
        assert node["metadata"]["labels"]["topology.kubernetes.io/zone"] == zone
    larger = {"spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    ground.api.patch(kinds.CLAIM, "data-chain-0", SPACE, larger)

    def size():
        return (ground.api.get(kinds.CLAIM, "data-chain-0", SPACE) or {})["status"]["capacity"]["storage"]

    ground.until(lambda: size() == "20Gi")
    ground.api.delete(sets, "chain", SPACE)
    ground.until(lambda: not ground.pods("chain"))
    for each in ground.api.list(kinds.CLAIM, SPACE):
        ground.api.delete(kinds.CLAIM, each["metadata"]["name"], SPACE)
    ground.until(lambda: {each["status"]["phase"] for each in ground.api.list(kinds.VOLUME)} == {"Released"})


def test_a_job_completes(ground: Ground) -> None:
    spec = {"template": {"spec": pod_spec(restartPolicy="Never")}, "backoffLimit": 0}
    ground.api.create(object_of("Job", "migrator", version="batch/v1", spec=spec))
    ground.until(lambda: ground.is_so(Kind("batch/v1", "Job"), "migrator", "Complete"))


def test_releases_install_their_kinds_and_become_ready(ground: Ground) -> None:
    for inputs in (CERT_MANAGER, ENVOY):
        made = play_release(ground.api, ground.estate.world, inputs)
        ground.until(lambda asked=inputs: not waiting(ground.api, asked))
        assert made["status"]["status"] == "deployed"
        assert read_release(ground.api, inputs["namespace"], inputs["name"]) == made
    again = play_release(ground.api, ground.estate.world, ENVOY)
    assert again["status"]["revision"] == 2
    ground.until(lambda: not waiting(ground.api, ENVOY))
    issuer = object_of("Issuer", "own", INGRESS, "cert-manager.io/v1", spec={"selfSigned": {}, "vault": {}})
    with pytest.raises(ApiError, match=r'strict decoding error: unknown field "spec.vault"'):
        ground.api.create(issuer, STRICT)


def test_a_certificate_is_issued_and_a_gateway_waits_for_address_and_link(ground: Ground) -> None:
    hosts = ["dev.admin-api-k8s.mystira.app"]
    proxy = {
        "envoyDeployment": {"pod": {"nodeSelector": {"workload": "services"}}},
        "envoyHpa": {"minReplicas": 2, "maxReplicas": 4},
        "envoyPDB": {"maxUnavailable": 1},
        "envoyService": {"externalTrafficPolicy": "Local"},
    }
    gateway, envoy, signer = "gateway.networking.k8s.io/v1", "gateway.envoyproxy.io/v1alpha1", "cert-manager.io/v1"
    listener = {"name": "https", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "origin"}]}}
    listener["allowedRoutes"] = {"namespaces": {"from": "All"}}
    settings = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": "proxy"}
    spec = {
        "gatewayClassName": "mys",
        "infrastructure": {"annotations": ANNOTATIONS, "parametersRef": settings},
        "listeners": [listener],
    }
    certificate = {"secretName": "origin", "dnsNames": hosts, "issuerRef": {"name": "own"}}
    certificate["privateKey"] = {"algorithm": "ECDSA"}
    rules = [{"backendRefs": [{"name": "plain", "port": 80}]}]
    route = {"parentRefs": [{"name": "mys", "namespace": INGRESS}], "hostnames": hosts, "rules": rules}
    controller = {"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}
    service = {"selector": {"app.kubernetes.io/name": "plain"}, "ports": [{"port": 80}]}
    for body in (
        object_of("Issuer", "own", INGRESS, signer, spec={"selfSigned": {}}),
        object_of("Certificate", "origin", INGRESS, signer, spec=certificate),
        object_of(
            "EnvoyProxy", "proxy", INGRESS, envoy, spec={"provider": {"type": "Kubernetes", "kubernetes": proxy}}
        ),
        object_of("GatewayClass", "mys", "", gateway, spec=controller),
        object_of("Gateway", "mys", INGRESS, gateway, spec=spec),
        object_of("Service", "plain", spec=service),
        object_of("HTTPRoute", "plain", SPACE, gateway, spec=route),
    ):
        ground.api.create(body, STRICT)
    failed = ground.until(lambda: ground.messages("SyncLoadBalancerFailed", INGRESS))[0]
    assert (
        "does not have authorization to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action'"
        in failed
    )
    assert ground.is_so(kinds.CERTIFICATE, "origin", "Ready", INGRESS)
    assert not ground.is_so(kinds.GATEWAY, "mys", "Programmed", INGRESS)
    assert ground.estate.world.of_type(LINK) == []
    ground.estate.may_link()
    ground.until(lambda: ground.is_so(kinds.GATEWAY, "mys", "Programmed", INGRESS))
    found = ground.api.get(kinds.GATEWAY, "mys", INGRESS)
    assert found is not None
    assert [each["value"] for each in found["status"]["addresses"]] == [GATEWAY_ADDRESS]
    link = ground.estate.world.of_type(LINK)[0]
    assert link.id == f"{group_id(LINK_GROUP)}/providers/Microsoft.Network/privateLinkServices/mys-dev-core-pls-san"

    def counts():
        return (ground.api.get(kinds.GATEWAY, "mys", INGRESS) or {})["status"]["listeners"][0]["attachedRoutes"]

    ground.until(lambda: counts() == 1)
    made = {
        each["metadata"]["name"]: each["spec"]["maxReplicas"] for each in ground.api.list(kinds.AUTOSCALER, INGRESS)
    }
    assert list(made.values()) == [4]


def test_a_step_writes_nothing_where_nothing_is_due(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.until(lambda: not [each for each in ground.pods("plain") if not holds(each, "Ready")])
    sent: list[tuple[str, str]] = []
    request = ground.api.request

    def noted(method: str, path: str, **more: Any) -> Object:
        sent.append((method, path))
        return request(method, path, **more)

    monkeypatch.setattr(ground.api, "request", noted)
    for _ in range(3):
        # As if something had changed.
        monkeypatch.setattr(settling, "_SETTLED", {})
        sent.clear()
        ground.step()
    assert {method for method, _ in sent} == {"GET"}
    sent.clear()
    before = ground.api.revision()
    ground.step()
    assert len(sent) == 2 or ground.api.revision() != before


def test_what_is_removed_leaves_nothing_in_the_world(ground: Ground) -> None:
    before = {each.id for each in ground.estate.world.all() if each.token != LINK}
    ground.api.delete(kinds.GATEWAY, "mys", INGRESS)
    for inputs in (ENVOY, CERT_MANAGER):
        remove_release(ground.api, inputs)
        assert read_release(ground.api, inputs["namespace"], inputs["name"]) is None
    for name in (INGRESS, SIGNER, SPACE):
        ground.api.delete(kinds.NAMESPACE, name)
    ground.until(lambda: ground.estate.world.of_type(LINK) == [])
    assert {each.id for each in ground.estate.world.all()} == before
    left = {each["spec"]["group"] for each in ground.api.list(kinds.DEFINITION)}
    assert left == {"gateway.networking.k8s.io", "gateway.envoyproxy.io", "secrets-store.csi.x-k8s.io"}
