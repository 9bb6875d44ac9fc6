"""The servers of a cluster of the offline cloud: real ones, with the rights of Azure, as long as a run needs them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from offline.engine.home import PROJECT, Home
from offline.kubernetes.servers.clusters import HOLDER_VARIABLE, Endpoint, reach
from offline.kubernetes.servers.keeper import LOOK_SECONDS
from offline.kubernetes.servers.places import Place
from offline.kubernetes.servers.programs import KUBERNETES_VERSION
from offline.kubernetes.servers.rights import DENIED
from offline.kubernetes.servers.stores import CHILDREN, KEEPER, end_all, process_of, state_of
from offline.rpc.protocol import Created
from offline.world.copies import forget, restore, save
from tests.harness.entra_clusters import entra_cluster, server_of, token_of
from tests.harness.offline import Cloud
from tests.harness.servers import client

PATIENCE_SECONDS = 60.0
NAMESPACE = "mys-dev"
DEPLOYMENTS = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"


@dataclass
class Ground:
    """A world with one cluster, and its servers."""

    cloud: Cloud
    home: Home
    made: Created
    found: Endpoint

    @property
    def place(self) -> Place:
        return Place.of(self.home, self.made.id)

    def admin(self) -> httpx.Client:
        return client(reach(self.home.root, server_of(self.made)), admin=True)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    cloud = Cloud(tmp_path_factory.mktemp("world"))
    home, made = Home(cloud.world.path.parent), entra_cluster(cloud)
    found = reach(home.root, server_of(made))
    ground = Ground(cloud, home, made, found)
    with ground.admin() as admin:
        admin.post("/api/v1/namespaces", json=named("Namespace", "v1", NAMESPACE, namespace="")).raise_for_status()
        eventually(lambda: admin.get(f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/default").is_success)
    yield ground
    end_all(home)


def named(kind: str, version: str, name: str, namespace: str = NAMESPACE, **more: object) -> dict[str, object]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **more}


def eventually(true: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.1)


def deployment(name: str = "admin-api", **container: object) -> dict[str, object]:
    labels = {"app.kubernetes.io/name": name}
    pod = {"containers": [{"name": name, "image": "example/image", **container}]}
    spec = {"selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return named("Deployment", "apps/v1", name, spec=spec)


def test_the_version_and_who_may_ask(ground: Ground) -> None:
    with client(ground.found) as nobody, ground.admin() as admin:
        assert nobody.get("/readyz").text == "ok"
        assert nobody.get("/version").status_code == httpx.codes.UNAUTHORIZED
        assert admin.get("/version").json()["gitVersion"] == f"v{KUBERNETES_VERSION}"
        issuer = admin.get("/.well-known/openid-configuration").json()["issuer"]
        assert issuer == ground.made.properties["oidcIssuerProfile"]["issuerURL"]


def test_a_field_that_does_not_exist_is_refused(ground: Ground) -> None:
    with ground.admin() as admin:
        body = deployment("typo", imagePullPolice="Always")
        answer = admin.post(DEPLOYMENTS, params={"fieldValidation": "Strict", "dryRun": "All"}, json=body)
        assert answer.status_code == httpx.codes.BAD_REQUEST
        assert 'unknown field "spec.template.spec.containers[0].imagePullPolice"' in answer.json()["message"]


def test_pod_security_and_quota_are_enforced(ground: Ground) -> None:
    with ground.admin() as admin:
        strict = named("Namespace", "v1", "strict", namespace="")
        strict["metadata"] = {"name": "strict", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}
        admin.post("/api/v1/namespaces", json=strict).raise_for_status()
        eventually(lambda: admin.get("/api/v1/namespaces/strict/serviceaccounts/default").is_success)
        pod = named("Pod", "v1", "p", "strict", spec={"containers": [{"name": "c", "image": "i"}]})
        refused = admin.post("/api/v1/namespaces/strict/pods", params={"dryRun": "All"}, json=pod)
        assert 'violates PodSecurity "restricted:latest"' in refused.json()["message"]
        quota = named("ResourceQuota", "v1", "q", "strict", spec={"hard": {"configmaps": "1"}})
        admin.post("/api/v1/namespaces/strict/resourcequotas", json=quota).raise_for_status()
        # Each namespace is given the bundle of root certificates, which the quota counts once both are there.
        counted = "/api/v1/namespaces/strict/resourcequotas/q"
        eventually(lambda: admin.get(counted).json()["status"].get("used") == {"configmaps": "1"})
        settings = named("ConfigMap", "v1", "one", "strict", data={})
        refused = admin.post("/api/v1/namespaces/strict/configmaps", json=settings)
        assert "exceeded quota: q" in refused.json()["message"]
        admin.delete("/api/v1/namespaces/strict").raise_for_status()
        eventually(lambda: admin.get("/api/v1/namespaces/strict").status_code == httpx.codes.NOT_FOUND)


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("", (403, 403, 403)),
        ("cluster-reader", (200, 403, 403)),
        ("cluster-writer", (200, 201, 403)),
        ("cluster-admin", (200, 201, 201)),
    ],
)
def test_the_role_assignments_decide(ground: Ground, role: str, codes: tuple[int, ...]) -> None:
    name = role or "nobody"
    object_id = ground.cloud.identity(name).properties["principalId"]
    with client(ground.found, token_of(object_id)) as user:
        assert user.get("/version").is_success
        refused = user.get(DEPLOYMENTS)
        assert refused.status_code == httpx.codes.FORBIDDEN
        assert refused.json()["message"] == (
            f'deployments.apps is forbidden: User "{object_id}" cannot list resource "deployments" in API group "apps" '
            f'in the namespace "{NAMESPACE}": {DENIED}'
        )
        if role:
            ground.cloud.grant(role, object_id, ground.made.id)
        quota = named("ResourceQuota", "v1", name, spec={"hard": {"pods": "100"}})
        answers = (
            user.get(DEPLOYMENTS),
            user.post(DEPLOYMENTS, json=deployment(f"by-{name}")),
            user.post(f"/api/v1/namespaces/{NAMESPACE}/resourcequotas", json=quota),
        )
        assert tuple(each.status_code for each in answers) == codes


def test_a_token_for_something_else_is_nobodys(ground: Ground) -> None:
    for token in (token_of(aud="https://management.azure.com"), token_of(exp=1), "nonsense"):
        with client(ground.found, token) as user:
            assert user.get(DEPLOYMENTS).status_code == httpx.codes.UNAUTHORIZED


def test_a_saved_world_has_the_objects_and_the_authority(ground: Ground, tmp_path: Path) -> None:
    with ground.admin() as admin:
        admin.post(DEPLOYMENTS, json=deployment("kept")).raise_for_status()
        admin.get(f"{DEPLOYMENTS}/kept").raise_for_status()
    ground.home.state.mkdir(exist_ok=True)
    save(ground.home, "copy", tmp_path)
    assert state_of(ground.place) == {}
    copied = [each for each in (tmp_path / "copy" / "clusters").rglob("*") if each.is_file()]
    assert sum(each.stat().st_size for each in copied) < 16 << 20
    other = Home(tmp_path / "other")
    restore(other, "copy", tmp_path)
    found = reach(other.root, server_of(ground.made))
    try:
        assert found.ca == ground.found.ca
        with client(found, admin=True) as admin:
            assert admin.get(f"{DEPLOYMENTS}/kept").is_success
    finally:
        forget(other)
    assert not other.clusters.exists()


ASKS = """
import sys, time
from pathlib import Path
from offline.kubernetes.servers.clusters import reach
print(reach(Path(sys.argv[1]), sys.argv[2]).url, flush=True)
time.sleep(600)
"""


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def asks(ground: Ground) -> subprocess.Popen[str]:
    """Another process that needs the servers, once it has them."""
    command = [sys.executable, "-c", ASKS, str(ground.home.root), server_of(ground.made)]
    environment = {key: value for key, value in os.environ.items() if key != HOLDER_VARIABLE}
    environment["PYTHONPATH"] = str(PROJECT)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("https://127.0.0.1:")
    return process


def test_servers_are_shared_and_end_with_the_last_who_asked(ground: Ground) -> None:
    end_all(ground.home)
    for note in ground.place.holders.iterdir():
        note.unlink()
    one, two = asks(ground), asks(ground)
    state = state_of(ground.place)
    keeper, *children = (process_of(each) for each in (state[KEEPER], *state[CHILDREN]))
    assert keeper is not None
    assert len(children) == 3
    killed(one)
    time.sleep(2 * LOOK_SECONDS)
    assert state_of(ground.place) == state
    keeper.kill()
    eventually(lambda: not state_of(ground.place))
    three = asks(ground)
    assert not any(each and each.is_running() for each in children)
    state = state_of(ground.place)
    servers = [process_of(each) for each in (state[KEEPER], *state[CHILDREN])]
    killed(two)
    killed(three)
    eventually(lambda: not any(each and each.is_running() for each in servers))
    assert not ground.place.state.exists()
    assert not [each for each in (ground.place.data / "member" / "wal").iterdir() if each.suffix == ".tmp"]


def test_the_servers_end_with_their_cluster(ground: Ground) -> None:
    with ground.admin() as admin:
        assert admin.get(f"/api/v1/namespaces/{NAMESPACE}").is_success
    state = state_of(ground.place)
    ground.cloud.delete("azure-native:containerservice:ManagedCluster", ground.made.id)
    assert not ground.place.root.exists()
    assert not [each for each in map(process_of, (state[KEEPER], *state[CHILDREN])) if each]
