"""The kubernetes provider on the real engine, at a real API server: what users of pulumi-kubernetes would see."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from offline.engine.drift import drift_of
from offline.engine.recovery import needs_recovery, recover
from offline.kubernetes.client import Client, trusting
from offline.kubernetes.kinds import RELEASE
from offline.kubernetes.played.api import Kind
from offline.kubernetes.servers.clusters import Endpoint
from offline.world.faults import Fault
from tests.engine.small import SmallProgram
from tests.harness.servers import throw_away

NAMESPACE = "mys-dev"
CONFIG_MAP, DEPLOYMENT = Kind("v1", "ConfigMap"), Kind("apps/v1", "Deployment")
SECRET_TEXT = "a word that nobody may read"
FORCE = {"fieldManager": "somebody", "force": "true"}


def kubeconfig(found: Endpoint) -> str:
    """The administrator's kubeconfig of a server of this machine."""
    authority = base64.b64encode(found.ca.encode()).decode()
    cluster = {
        "server": found.url,
        "tls-server-name": found.tls_server_name,
        "certificate-authority-data": authority,
    }
    user = {"client-certificate": str(found.certificate), "client-key": str(found.key)}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "it",
            "clusters": [{"name": "it", "cluster": cluster}],
            "users": [{"name": "it", "user": user}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        }
    )


def wanted(token: str, name: str = "", **more: Any) -> dict[str, Any]:
    """An object of the program, as its ``__main__.py`` reads it."""
    after, ignore = more.pop("after", ["place"]), more.pop("ignore", [])
    version, kind = token.removeprefix("core/").split(":")
    metadata = {"namespace": NAMESPACE, "labels": {"app.kubernetes.io/name": "app"}, **({"name": name} if name else {})}
    body = {"apiVersion": version, "kind": kind, "metadata": metadata, **more}
    return {"type": f"kubernetes:{token}", "body": body, "after": after, "ignore": ignore}


def workload(replicas: int, **container: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "app"}
    pod = {"containers": [{"name": "app", "image": "example/app", **container}]}
    template = {"metadata": {"labels": labels}, "spec": pod}
    return {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}


OBJECTS: dict[str, Any] = {
    "place": {
        "type": "kubernetes:core/v1:Namespace",
        "body": {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
    },
    "settings": wanted("core/v1:ConfigMap", data={"level": "info"}),
    "named": wanted("core/v1:ConfigMap", "named", data={"level": "info"}),
    "hidden": wanted("core/v1:Secret", stringData={"word": {"secret": SECRET_TEXT}}),
    "veiled": wanted("core/v1:ConfigMap", "veiled", data={"word": {"secret": SECRET_TEXT}}),
    "app": wanted("apps/v1:Deployment", "app", spec=workload(0), ignore=["spec.replicas"]),
    "service": wanted(
        "core/v1:Service", "app", spec={"selector": {"app.kubernetes.io/name": "app"}, "ports": [{"port": 80}]}
    ),
    "disk": wanted(
        "storage.k8s.io/v1:StorageClass", "mys-chain", provisioner="disk.csi.azure.com", reclaimPolicy="Retain"
    ),
}
OBJECTS["disk"]["body"]["metadata"].pop("namespace")
OBJECTS["add-on"] = {
    "type": RELEASE,
    "after": ["place"],
    "body": {
        "chart": "oci://quay.io/jetstack/charts/cert-manager",
        "version": "v1.21.2",
        "name": "cert-manager",
        "namespace": NAMESPACE,
        # Nothing plays the pods of a server that is none of the world's clusters.
        "skipAwait": True,
        "values": {"crds": {"enabled": True, "keep": False}},
    },
}


class Ground(SmallProgram):
    """The program in a world of its own, beside a server that is none of the world's clusters."""

    def __init__(self, folder: Path, found: Endpoint) -> None:
        super().__init__("kubernetes", folder)
        self.kubeconfig = kubeconfig(found)
        self.api = Client(found.url, trusting(found.ca, (found.certificate, found.key)), found.tls_server_name)
        self.objects = deepcopy(OBJECTS)

    def write(self) -> None:
        """Hand the objects to the program."""
        file = self.engine.home.root / "wanted.json"
        file.write_text(json.dumps({"kubeconfig": self.kubeconfig, "objects": self.objects}))

    def run(self, verb: str, *flags: str) -> tuple[int, str]:
        self.write()
        return self.pulumi(verb, *flags)

    def apply(self) -> str:
        """Bring the program up. Fails unless it succeeds."""
        self.write()
        code, text = self.up("--diff")
        assert code == 0, text
        return text

    def refused(self) -> str:
        """What is said of an update that fails."""
        self.write()
        code, text = self.up()
        assert code != 0, text
        return text

    def live(self, kind: Kind, name: str) -> dict[str, Any]:
        found = self.api.get(kind, name, NAMESPACE)
        assert found is not None, f"no {kind.kind} {name}"
        return found

    def labels(self, kind: Kind, name: str) -> dict[str, str]:
        return self.live(kind, name)["metadata"]["labels"]

    def state(self, name: str) -> dict[str, Any]:
        return next(each for each in self.engine.resources("one") if each["urn"].endswith(f"::{name}"))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with throw_away(tmp_path_factory.mktemp("cluster")) as found:
        ground = Ground(tmp_path_factory.mktemp("world"), found)
        yield ground
        ground.api.close()


@pytest.fixture
def objects(ground: Ground) -> Iterator[dict[str, Any]]:
    """What the program makes; changes of a test are taken back in the next update."""
    yield ground.objects
    ground.objects = deepcopy(OBJECTS)


def test_a_preview_of_nothing_yet_makes_nothing(ground: Ground) -> None:
    code, text = ground.run("preview")
    assert code == 0, text
    assert ground.api.get(Kind("v1", "Namespace"), NAMESPACE) is None


def test_everything_comes_up_and_a_second_update_changes_nothing(ground: Ground) -> None:
    ground.apply()
    made = ground.state("settings")
    assert made["id"].startswith(f"{NAMESPACE}/settings-")
    assert made["outputs"]["__initialApiVersion"] == "v1"
    assert made["outputs"]["__fieldManager"].startswith("pulumi-kubernetes-")
    assert ground.labels(CONFIG_MAP, made["id"].rpartition("/")[2]) == {"app.kubernetes.io/name": "app"}
    code, text = ground.run("preview", "--refresh", "--expect-no-changes")
    assert code == 0, text


def test_a_release_makes_what_its_chart_makes(ground: Ground) -> None:
    found = ground.state("add-on")
    assert (found["id"], found["outputs"]["status"]["status"]) == (f"{NAMESPACE}/cert-manager", "deployed")
    assert ground.live(DEPLOYMENT, "cert-manager")
    assert ground.api.known(Kind("cert-manager.io/v1", "Certificate"))


def test_what_is_secret_stays_so_in_the_state(ground: Ground) -> None:
    _, text = ground.run("stack", "export")
    encoded = base64.b64encode(SECRET_TEXT.encode()).decode()
    assert SECRET_TEXT not in text
    assert encoded not in text
    assert ground.live(CONFIG_MAP, "veiled")["data"]["word"] == SECRET_TEXT


def test_a_changed_label_is_updated_in_place(ground: Ground, objects: dict[str, Any]) -> None:
    before = ground.live(CONFIG_MAP, "named")["metadata"]["uid"]
    objects["named"]["body"]["metadata"]["labels"]["tier"] = "one"
    ground.apply()
    found = ground.live(CONFIG_MAP, "named")["metadata"]
    assert (found["uid"], found["labels"]["tier"]) == (before, "one")
    managers = {(each["manager"], each["operation"]) for each in found["managedFields"]}
    assert managers == {(ground.state("named")["outputs"]["__fieldManager"], "Apply")}


def test_changed_data_replaces_and_only_a_given_name_is_deleted_first(ground: Ground, objects: dict[str, Any]) -> None:
    old = ground.state("settings")["id"]
    for name in ("settings", "named"):
        objects[name]["body"]["data"]["level"] = "debug"
    before = ground.world.seen()
    ground.apply()
    new = ground.state("settings")["id"]
    assert old != new
    assert ground.api.get(CONFIG_MAP, old.rpartition("/")[2], NAMESPACE) is None
    assert ground.live(CONFIG_MAP, "named")["data"] == {"level": "debug"}
    order = [(verb, id.partition("ConfigMap/")[2]) for verb, _, id, _ in ground.world.operations(before)]
    assert [verb for verb, id in order if id.endswith("/named")] == ["delete", "create"]
    assert [(verb, id) for verb, id in order if "/settings-" in id] == [("create", new), ("delete", old)]


def test_an_edited_label_is_drift_and_replicas_that_are_ignored_are_not(ground: Ground) -> None:
    ground.apply()
    ground.api.patch(DEPLOYMENT, "app", NAMESPACE, {"spec": {"replicas": 0}}, subresource="scale")
    scale = {"spec": {"replicas": 1}}
    ground.api.patch(DEPLOYMENT, "app", NAMESPACE, scale, subresource="scale", query={"fieldManager": "hpa"})
    edited = {"metadata": {"labels": {"app.kubernetes.io/name": "other"}}}
    ground.api.patch(CONFIG_MAP, "named", NAMESPACE, edited, query={"fieldManager": "kubectl-edit"})
    assert drift_of(ground.engine, "one") == [
        'kubernetes:core/v1:ConfigMap named: metadata.labels.app.kubernetes.io/name: was "app", is "other"'
    ]
    ground.api.patch(DEPLOYMENT, "app", NAMESPACE, {"spec": {"replicas": 0}}, subresource="scale")
    ground.run("refresh", "--yes", "--skip-preview")
    ground.apply()
    assert ground.labels(CONFIG_MAP, "named") == {"app.kubernetes.io/name": "app"}


def test_a_field_of_another_manager_is_a_conflict(ground: Ground, objects: dict[str, Any]) -> None:
    body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "named", "namespace": NAMESPACE}}
    ground.api.apply({**body, "metadata": {**body["metadata"], "labels": {"owner": "them"}}}, "somebody")
    objects["named"]["body"]["metadata"]["labels"]["owner"] = "us"
    text = ground.refused()
    assert "server-side apply field conflict detected" in text
    assert 'conflict with "somebody"' in text
    assert ground.labels(CONFIG_MAP, "named")["owner"] == "them"


def test_what_exists_is_not_taken_over(ground: Ground, objects: dict[str, Any]) -> None:
    metadata = {"name": "older", "namespace": NAMESPACE}
    ground.api.create({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"a": "1"}})
    objects["second"] = wanted("core/v1:ConfigMap", "older", data={"a": "2"})
    code, text = ground.run("preview")
    assert code == 0, text
    assert 'configmaps "older" already exists' in ground.refused()
    assert ground.live(CONFIG_MAP, "older")["data"] == {"a": "1"}
    ground.api.delete(CONFIG_MAP, "older", NAMESPACE)


def test_what_never_changes_is_invalid_and_unknown_fields_are_refused(ground: Ground, objects: dict[str, Any]) -> None:
    objects["disk"]["body"]["reclaimPolicy"] = "Delete"
    objects["wrong"] = wanted("core/v1:ConfigMap", "wrong", dta={"a": "1"})
    objects["mount"] = wanted(
        "apps/v1:Deployment", "mount", spec=workload(0, volumeMounts=[{"name": "none", "mountPath": "/none"}])
    )
    text = ground.refused()
    assert 'StorageClass.storage.k8s.io "mys-chain" is invalid' in text
    assert 'unknown field "dta"' in text
    assert "the offline cloud takes no unknown or repeated field" in text
    assert 'volumeMounts[0].name: Not found: "none"' in text
    ground.objects = deepcopy(OBJECTS)
    ground.apply()


def test_what_does_not_become_ready_stays_and_the_next_run_waits_again(ground: Ground, objects: dict[str, Any]) -> None:
    objects["stuck"] = wanted("apps/v1:Deployment", "stuck", spec=workload(1))
    text = ground.refused()
    assert "'stuck' timed out waiting to be Ready" in text
    assert "Minimum number of live Pods was not attained" in text
    assert ground.state("stuck")["initErrors"]
    objects["stuck"]["body"]["spec"]["replicas"] = 0
    ground.apply()
    assert "initErrors" not in ground.state("stuck")


def test_a_killed_create_is_found_again_and_a_late_one_is_kept(ground: Ground, objects: dict[str, Any]) -> None:
    objects["lost"] = wanted("core/v1:ConfigMap", "lost", data={"word": {"secret": SECRET_TEXT}})
    ground.world.add_fault(Fault("killed-after", "create", "ConfigMap/mys-dev/lost"))
    ground.refused()
    recovered = recover(ground.engine, "one")
    assert recovered.imported == ("kubernetes:core/v1:ConfigMap lost",)
    objects["late"] = wanted("core/v1:ConfigMap", "late", data={"a": "1"})
    ground.world.add_fault(Fault("timeout", "create", "ConfigMap/mys-dev/late"))
    assert "timed out waiting for the condition" in ground.refused()
    assert ground.state("late")["initErrors"]
    ground.apply()
    assert not needs_recovery(ground.engine, "one")
    assert SECRET_TEXT not in ground.run("stack", "export")[1]


def test_destroy_leaves_nothing(ground: Ground) -> None:
    ground.write()
    code, text = ground.destroy()
    assert code == 0, text
    assert ground.api.get(Kind("v1", "Namespace"), NAMESPACE) is None
    assert ground.api.get(Kind("storage.k8s.io/v1", "StorageClass"), "mys-chain") is None
    assert ground.world.made_in_clusters("kubernetes:") == set()
