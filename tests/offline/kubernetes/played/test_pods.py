"""Nodes, scheduler and kubelets: what becomes of pods, and the reasons that they give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offline.azure.services.vaults import SECRET
from offline.kubernetes.played import addons, kinds, kubelet, nodes, scheduler
from offline.kubernetes.played.api import Object
from offline.kubernetes.played.settle import settle
from offline.kubernetes.played.turn import Turn, holds
from tests.harness.memory_api import TIME, MemoryApi
from tests.harness.played import (
    SPACE,
    VAULT_NAME,
    Estate,
    container,
    group_id,
    object_of,
    pod_spec,
    provider_class,
    secret_volume,
)

APP = "mys-dev-app-identity-san"


class Pods:
    """A cluster in memory, beside its Azure side."""

    def __init__(self, folder: Path, **pools: Any) -> None:
        self.estate = Estate(folder).build(**pools)
        self.api = MemoryApi()

    def add(self, *containers: Object, name: str = "app", **spec: Any) -> None:
        body = object_of("Pod", name, spec=pod_spec(*containers, **spec), status={"phase": "Pending"})
        self.api.create({**body, "metadata": {**body["metadata"], "labels": {"app": name}}})

    def step(self) -> None:
        turn = Turn(self.api, self.estate.world, self.estate.world.get(self.estate.cluster.id))
        there = nodes.keep(turn)
        scheduler.act(turn, there)
        kubelet.act(turn, there)

    def pod(self, name: str = "app") -> Object:
        found = self.api.get(kinds.POD, name, SPACE)
        assert found is not None
        return found

    def state(self, name: str = "app") -> Object:
        return self.pod(name)["status"]["containerStatuses"][0]["state"]


@pytest.fixture
def pods(tmp_path: Path) -> Pods:
    return Pods(tmp_path)


def test_nodes_are_what_the_pools_say(pods: Pods) -> None:
    pods.step()
    found = pods.api.list(kinds.NODE)
    assert [each["metadata"]["labels"]["agentpool"] for each in found] == ["services", "system", "system"]
    services, first, second = found
    assert services["metadata"]["name"].startswith("aks-services-")
    assert services["metadata"]["labels"]["workload"] == "services"
    assert services["status"]["allocatable"]["pods"] == "240"
    zones = [each["metadata"]["labels"]["topology.kubernetes.io/zone"] for each in (first, second)]
    assert zones == ["southafricanorth-1", "southafricanorth-2"]
    assert first["spec"]["taints"] == [{"key": "CriticalAddonsOnly", "value": "true", "effect": "NoSchedule"}]
    assert all(holds(each, "Ready") for each in found)
    pods.api.patch(
        kinds.NODE, services["metadata"]["name"], "", {"spec": {"taints": [{"key": "x", "effect": "NoExecute"}]}}
    )
    pods.step()
    assert pods.api.list(kinds.NODE)[0]["spec"]["taints"] == []


def test_nodes_of_a_pool_that_went_go(pods: Pods) -> None:
    pods.step()
    cluster = pods.estate.world.get(pods.estate.cluster.id)
    assert cluster is not None
    left = [each for each in cluster.body["agentPoolProfiles"] if each["name"] == "system"]
    with pods.estate.world.writing("test", cluster.token, cluster.id) as cloud:
        cloud.put(cluster.id, cluster.token, {**cluster.body, "agentPoolProfiles": left})
    pods.step()
    assert [each["metadata"]["labels"]["agentpool"] for each in pods.api.list(kinds.NODE)] == ["system", "system"]


def test_a_pod_runs_and_another_step_changes_nothing(pods: Pods) -> None:
    pods.add()
    pods.step()
    assert pods.pod()["status"]["phase"] == "Running"
    assert pods.pod()["status"]["podIP"] == "192.168.0.1"
    written = pods.api.writes
    pods.step()
    assert pods.api.writes == written


def test_a_pool_without_a_scaler_does_not_grow(tmp_path: Path) -> None:
    pods = Pods(tmp_path, enableAutoScaling=False, minCount=None, maxCount=None)
    for name in ("one", "two"):
        pods.add(container(cpu="1"), name=name)
    pods.step()
    told = pods.pod("two")["status"]["conditions"][0]
    assert (told["type"], told["status"], told["reason"]) == ("PodScheduled", "False", "Unschedulable")
    assert pods.api.messages("FailedScheduling") == [told["message"]]
    assert pods.api.messages("TriggeredScaleUp") == []


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        (None, 'persistentvolumeclaim "data" not found'),
        ({"storageClassName": "managed-csi"}, "pod has unbound immediate PersistentVolumeClaims"),
    ],
)
def test_a_pod_waits_for_its_claims(pods: Pods, claim: Object | None, message: str) -> None:
    if claim:
        pods.api.create(object_of("PersistentVolumeClaim", "data", spec=claim))
    pods.add(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    pods.step()
    assert message in pods.api.messages("FailedScheduling")[0]


def _from(kind: str, name: str, key: str = "") -> Object:
    reference = {"name": name, **({"key": key} if key else {})}
    if key:
        return {"env": [{"name": "X", "valueFrom": {f"{kind}KeyRef": reference}}]}
    return {"envFrom": [{f"{kind}Ref": reference}]}


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (_from("configMap", "nowhere"), 'configmap "nowhere" not found'),
        (_from("secret", "nowhere", "a"), 'secret "nowhere" not found'),
        (_from("configMap", "plain", "b"), "couldn't find key b in ConfigMap mys-dev/plain"),
        (_from("configMap", "plain", "a"), ""),
    ],
)
def test_variables_need_what_they_name(pods: Pods, asked: Object, message: str) -> None:
    pods.api.create(object_of("ConfigMap", "plain", data={"a": "1"}))
    pods.add(container(**asked))
    pods.step()
    if not message:
        assert pods.pod()["status"]["phase"] == "Running"
        return
    assert pods.state() == {"waiting": {"reason": "CreateContainerConfigError", "message": message}}
    assert pods.api.messages("Failed") == [f"Error: {message}"]
    assert not holds(pods.pod(), "Ready")


def test_what_is_optional_may_be_missing(pods: Pods) -> None:
    reference = {"name": "nowhere", "key": "a", "optional": True}
    volume = {"name": "v", "secret": {"secretName": "nowhere", "optional": True}}
    pods.add(container(env=[{"name": "X", "valueFrom": {"secretKeyRef": reference}}]), volumes=[volume])
    pods.step()
    assert pods.pod()["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("volume", "message"),
    [
        ({"configMap": {"name": "nowhere"}}, 'configmap "nowhere" not found'),
        ({"secret": {"secretName": "nowhere"}}, 'secret "nowhere" not found'),
        ({"projected": {"sources": [{"configMap": {"name": "nowhere"}}]}}, 'configmap "nowhere" not found'),
        (
            {"configMap": {"name": "plain", "items": [{"key": "b", "path": "b"}]}},
            "configmap references non-existent config key: b",
        ),
    ],
)
def test_volumes_need_what_they_show(pods: Pods, volume: Object, message: str) -> None:
    pods.api.create(object_of("ConfigMap", "plain", data={"a": "1"}))
    pods.add(volumes=[{"name": "v", **volume}])
    pods.step()
    assert pods.api.messages("FailedMount") == [f'MountVolume.SetUp failed for volume "v" : {message}']
    assert pods.state() == {"waiting": {"reason": "ContainerCreating"}}


def test_a_pod_of_a_job_ends_and_one_that_is_deleted_goes(pods: Pods) -> None:
    pods.add(restartPolicy="Never")
    pods.step()
    pods.step()
    assert pods.pod()["status"]["phase"] == "Succeeded"
    pods.api.patch(kinds.POD, "app", SPACE, {"metadata": {"deletionTimestamp": TIME, "finalizers": ["kubelet"]}})
    pods.api.patch(kinds.POD, "app", SPACE, {"metadata": {"finalizers": None}})
    pods.step()
    assert pods.api.get(kinds.POD, "app", SPACE) is None


class Mounted(Pods):
    """A pod that mounts a secret of the vault."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.vault = self.estate.vault()
        self.version = self.estate.secret("redis")
        self.identity = self.estate.federated(APP, "app").properties
        self.grant = self.estate.grant("key-vault-secrets-user", self.identity["principalId"], self.vault.id)
        self.client = str(self.identity["clientId"])

    def run(self, account: str = "app", version: str | None = None, secret: str = "redis", **parameters: str) -> str:
        """Why the pod does not start; empty where it does."""
        made = provider_class("app", self.client, secret, version or self.version, "app-1")
        made["spec"]["parameters"] |= parameters
        self.api.create(made)
        self.add(serviceAccountName=account, volumes=[secret_volume("app")])
        self.step()
        return next(iter(self.api.messages("FailedMount")), "")


@pytest.fixture
def mounted(tmp_path: Path) -> Mounted:
    return Mounted(tmp_path)


def test_secrets_of_the_vault_are_kept_as_a_secret(mounted: Mounted) -> None:
    assert mounted.run() == ""
    kept = mounted.api.get(kinds.SECRET, "app-1", SPACE)
    assert kept is not None
    assert set(kept["data"]) == {"value"}
    assert kept["metadata"]["labels"] == {"secrets-store.csi.k8s.io/managed": "true"}


def test_a_pinned_version_stays_readable_and_its_secret_is_never_rewritten(mounted: Mounted) -> None:
    assert mounted.run() == ""
    before = mounted.api.get(kinds.SECRET, "app-1", SPACE)
    inputs = {"vaultName": VAULT_NAME, "secretName": "redis", "properties": {"value": "another"}}
    mounted.estate.update(SECRET, f"{mounted.vault.id}/secrets/redis", **inputs)
    mounted.add(name="later", serviceAccountName="app", volumes=[secret_volume("app")])
    mounted.step()
    assert mounted.pod("later")["status"]["phase"] == "Running"
    assert mounted.api.get(kinds.SECRET, "app-1", SPACE) == before


def test_a_secret_that_lived_before_has_the_version_that_azure_told(mounted: Mounted) -> None:
    """One that was loaded (`mystira offline load`), before the program has written it."""
    version = "0123456789abcdef0123456789abcdef"
    id, uri = f"{mounted.vault.id}/secrets/old", f"https://{VAULT_NAME}.vault.azure.net/secrets/old"
    with mounted.estate.world.writing("load", SECRET, id) as cloud:
        cloud.put(id, SECRET, {"properties": {"secretUri": uri, "secretUriWithVersion": f"{uri}/{version}"}})
    assert mounted.run(secret="old", version=version) == ""


def test_a_missing_class_is_said(mounted: Mounted) -> None:
    mounted.add(serviceAccountName="app", volumes=[secret_volume("nowhere")])
    mounted.step()
    assert mounted.api.messages("FailedMount") == [
        'MountVolume.SetUp failed for volume "secrets" : rpc error: code = Unknown desc = failed to get '
        "secretproviderclass mys-dev/nowhere, error: SecretProviderClass.secrets-store.csi.x-k8s.io "
        '"nowhere" not found'
    ]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"account": "other"}, "AADSTS70021: No matching federated identity record found for presented assertion."),
        ({"clientID": "00000000-0000-4000-8000-00000000dead"}, "AADSTS700016: Application with identifier"),
        ({"keyvaultName": "elsewhere"}, "dial tcp: lookup elsewhere.vault.azure.net: no such host"),
        ({"version": "0" * 32}, "ERROR CODE: SecretNotFound"),
        ({"secret": "nothing"}, "A secret with (name/id) nothing/"),
        ({"objects": ""}, "failed to mount objects, error: objects is not set"),
        ({"clientID": ""}, "failed to get credentials, nodePublishSecretRef secret is not set"),
    ],
)
def test_why_a_secret_of_the_vault_is_not_mounted(mounted: Mounted, asked: dict[str, str], message: str) -> None:
    assert message in mounted.run(**asked)
    assert mounted.api.get(kinds.SECRET, "app-1", SPACE) is None


def test_an_identity_without_a_right_is_forbidden(mounted: Mounted) -> None:
    mounted.estate.delete(mounted.estate.world.get(mounted.grant.id).token, mounted.grant.id)
    said = mounted.run()
    assert "RESPONSE 403: 403 Forbidden" in said
    assert f"Caller: appid={mounted.client};oid={mounted.identity['principalId']}" in said


def test_settle_does_nothing_where_nothing_changed_and_for_a_cluster_that_is_gone(
    pods: Pods, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This server never serves a kind that is new.
    monkeypatch.setattr(addons, "PAUSE_SECONDS", 0)
    for _ in range(2):
        settle(pods.api, pods.estate.world, pods.estate.cluster.id)
    written = pods.api.writes
    pods.api.objects.clear()
    settle(pods.api, pods.estate.world, pods.estate.cluster.id)
    assert (pods.api.writes, pods.api.objects) == (written, {})
    settle(MemoryApi(), pods.estate.world, f"{group_id()}/nothing")
