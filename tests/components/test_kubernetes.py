"""Kinds of objects in a cluster, what the guard asks of them, and how a kubeconfig is made."""

from __future__ import annotations

import base64
import json
from typing import Any

import pulumi
import pulumi_kubernetes
import pytest
import yaml

from components.facts.ids import is_import_id
from components.facts.model import KubernetesType
from components.facts.types import KUBERNETES_TYPES, REGISTERED_TYPES
from components.guard.checks import problems_of
from components.guard.guard import install_guard
from components.kubernetes.kubeconfig import kubeconfig
from components.kubernetes.manifests import cores, labels, mebibytes, metadata, selector
from components.kubernetes.namespaces import Namespaces, manifests
from components.kubernetes.objects import KubernetesObject
from components.kubernetes.spec import NamespaceSpec, RoomSpec
from tests.harness.compose import Composition, compose

DIGEST = f"@sha256:{'0' * 64}"
OURS = labels("publisher", "mys-publisher")
ROOM = RoomSpec(pods=6, millicores=1500, memory_mib=3072, limit_millicores=3000, limit_memory_mib=4000)
SERVICES = NamespaceSpec("services", "mys-dev", "1.36", ROOM, ROOM)
NOTHING = NamespaceSpec("gateway", "mys-gateway", "1.36", RoomSpec(0, 0, 0, 0, 0), None)


def provider() -> pulumi_kubernetes.Provider:
    return pulumi_kubernetes.Provider("kubernetes", kubeconfig="{}")


def composed(*specs: NamespaceSpec) -> Composition:
    def program() -> None:
        install_guard(hooks=False)
        made = Namespaces("core", specs, pulumi.ResourceOptions(provider=provider()))
        for spec in specs:
            options = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(parent=made), made.inside(spec.name))
            KubernetesObject("service", f"in-{spec.key}", manifest("mys-one", spec.name), options)

    return compose(program)


def manifest(name: str, namespace: str = "mys-dev", **more: Any) -> dict[str, Any]:
    return {"metadata": metadata(OURS, name=name, namespace=namespace), **more}


def problems(key: str, found: dict[str, Any], *, tagged_images: bool = True) -> list[tuple[str, str]]:
    token = KUBERNETES_TYPES[key].token
    every = problems_of(token, "x", found, frozenset(), tagged_images=tagged_images)
    return [(each.path.rpartition(": ")[2], each.what) for each in every]


# The type table.


@pytest.mark.parametrize("row", KUBERNETES_TYPES.values(), ids=lambda row: row.key)
def test_a_row_says_how_a_kind_is_taken_over_and_how_long_it_takes(row: KubernetesType) -> None:
    assert REGISTERED_TYPES[row.key] is row
    assert row.token == f"kubernetes:{row.token.split(':')[1]}:{row.kind}"
    assert is_import_id(row, "mys-dev/mys-app") is row.namespaced
    assert is_import_id(row, "mys-app") is not row.namespaced
    assert row.duration.timeout_minutes >= 2 * row.duration.minutes
    assert {each.path for each in row.creation_only} >= {f"{row.metadata}name"}
    assert all(each.replaces for each in row.creation_only)


def test_a_kind_has_the_version_of_its_group() -> None:
    assert KUBERNETES_TYPES["namespace"].api_version == "v1"
    assert KUBERNETES_TYPES["deployment"].api_version == "apps/v1"
    assert KUBERNETES_TYPES["gateway"].api_version == "gateway.networking.k8s.io/v1"
    assert KUBERNETES_TYPES["gateway"].kind == "Gateway"


# Manifests.


def test_metadata_leaves_out_what_is_empty() -> None:
    assert metadata(OURS, name="mys-publisher") == {"name": "mys-publisher", "labels": OURS}
    assert set(metadata(OURS, namespace="mys-dev", annotations={"a": "b"})) == {"namespace", "labels", "annotations"}


def test_the_labels_of_a_selector_are_labels_of_every_object() -> None:
    assert selector("publisher", "mys-publisher").items() <= OURS.items()
    assert OURS["app.kubernetes.io/part-of"] == "mystira"
    assert OURS["app.kubernetes.io/managed-by"] == "pulumi"


def test_quantities_are_written_as_the_api_server_writes_them() -> None:
    assert [cores(each) for each in (250, 1000, 1500)] == ["250m", "1", "1500m"]
    assert [mebibytes(each) for each in (256, 1024, 1536)] == ["256Mi", "1Gi", "1536Mi"]


def test_an_object_is_its_manifest_under_the_name_that_the_cluster_gives_it() -> None:
    def program() -> dict[str, Any]:
        made = KubernetesObject(
            "config-map",
            "publisher",
            {"metadata": metadata(OURS, namespace="mys-dev"), "data": {"A": "b"}},
            pulumi.ResourceOptions(provider=provider()),
        )
        return {"name": made.object_name}

    found = compose(program)
    (registered,) = found.kubernetes()
    assert registered.inputs["apiVersion"] == "v1"
    assert registered.inputs["kind"] == "ConfigMap"
    assert registered.inputs["data"] == {"A": "b"}
    assert found.outputs["name"] == "publisher-00000000"


def test_a_field_that_the_sdk_does_not_know_fails_a_test() -> None:
    def program() -> None:
        wrong = manifest("mys-app", spec={"selector": {}, "prots": [{"port": "http"}]})
        KubernetesObject("service", "app", wrong, pulumi.ResourceOptions(provider=provider()))

    with pytest.raises(AssertionError, match=r"spec\.prots: the SDK has no such property, did you mean ports"):
        compose(program)


# The guard.


@pytest.mark.requirement("S3-039")
def test_names_and_namespaces_are_ours() -> None:
    assert problems("deployment", manifest("mys-publisher")) == []
    assert problems("deployment", manifest("publisher")) == [("metadata.name", "not a name of ours")]
    assert problems("deployment", manifest("mys-x", "default")) == [("metadata.namespace", "not a namespace of ours")]
    assert problems("namespace", manifest("mys-gateway", "")) == []
    assert problems("namespace", manifest("mys-other", "")) == [("metadata.name", "not a namespace of ours")]
    assert problems("storage-class", manifest("mys-chain", "")) == []
    assert problems("helm-release", {"name": "cert-manager", "namespace": "mys-cert-manager"}) == []
    assert problems("helm-release", {"name": "web", "namespace": "kube-system"}) == [
        ("name", "not a name of ours"),
        ("namespace", "not a namespace of ours"),
    ]


@pytest.mark.parametrize("key", ["config-map", "secret-provider-class"])
def test_what_is_replaced_at_every_change_has_no_name_of_its_own(key: str) -> None:
    assert problems(key, {"metadata": {"namespace": "mys-dev"}}) == []
    ((path, what),) = problems(key, manifest("mys-publisher"))
    assert (path, what) == ("metadata.name", "a new one could not be there before the old one goes")


def test_a_secret_is_refused() -> None:
    (problem,) = problems_of("kubernetes:core/v1:Secret", "x", manifest("mys-x"), frozenset())
    assert problem.what == "a Secret made here has its values in the state"
    (problem,) = problems_of("kubernetes:core/v1:Pod", "x", manifest("mys-x"), frozenset())
    assert problem.what == "this type is not in components/facts/types"


def test_outside_dev_an_image_is_named_by_its_digest() -> None:
    def pods(*images: Any) -> dict[str, Any]:
        containers = [{"name": "one", "image": each} for each in images]
        return manifest("mys-app", spec={"template": {"spec": {"containers": containers}}})

    assert problems("deployment", pods("registry/app:1")) == []
    assert problems("deployment", pods(f"registry/app{DIGEST}"), tagged_images=False) == []
    found = problems("deployment", pods(f"registry/app{DIGEST}", "registry/app:1"), tagged_images=False)
    assert found == [("spec.template.spec.containers[1].image", "an image that can change")]
    (unknown,) = problems("deployment", pods(pulumi.Output.from_input), tagged_images=False)
    assert unknown[1] == "an image that can change"
    values = {"name": "cert-manager", "namespace": "mys-cert-manager", "values": {"image": {"tag": "v1"}}}
    assert problems("helm-release", values, tagged_images=False) == []


def test_an_object_without_a_provider_is_refused() -> None:
    def program() -> None:
        install_guard(hooks=False)
        KubernetesObject("service", "app", manifest("mys-app"))

    with pytest.raises(pulumi.RunError, match="the default provider would take whatever cluster"):
        compose(program)


def test_an_operation_ends_when_pulumi_kubernetes_gives_up() -> None:
    assert {row.duration.timeout_minutes for row in KUBERNETES_TYPES.values()} == {10}


# Namespaces.


def test_a_namespace_takes_restricted_pods_only_by_the_definition_of_its_version() -> None:
    found = manifests(SERVICES)["namespace"]["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert found[f"pod-security.kubernetes.io/{mode}"] == "restricted"
        assert found[f"pod-security.kubernetes.io/{mode}-version"] == "v1.36"


def test_nothing_reaches_and_leaves_a_namespace_that_no_policy_opens() -> None:
    spec = manifests(SERVICES)["network-policy"]["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_namespace_has_room_for_what_runs_in_it() -> None:
    found = manifests(SERVICES)
    assert found["resource-quota"]["spec"]["hard"] == {
        "pods": "6",
        "requests.cpu": "1500m",
        "requests.memory": "3Gi",
        "limits.cpu": "3",
        "limits.memory": "4000Mi",
    }
    (limit,) = found["limit-range"]["spec"]["limits"]
    assert limit["max"] == limit["default"] == {"cpu": "3", "memory": "4000Mi"}


def test_where_nothing_runs_no_pod_is_let_in() -> None:
    found = manifests(NOTHING)
    assert found["resource-quota"]["spec"]["hard"] == {"pods": "0"}
    assert "limit-range" not in found


def test_what_is_in_a_namespace_waits_for_what_limits_it() -> None:
    found = {each.name: each for each in composed(SERVICES, NOTHING).kubernetes() if each.name.startswith("in-")}
    assert set(found["in-services"].dependencies) == {"services", "services-default"}
    assert set(found["in-gateway"].dependencies) == {"gateway", "gateway-default"}


def test_what_limits_a_namespace_is_inside_it() -> None:
    found = composed(SERVICES)
    inside = [each for each in found.kubernetes() if each.name == "services-default"]
    assert {each.type.rpartition(":")[2] for each in inside} == {"NetworkPolicy", "ResourceQuota", "LimitRange"}
    assert {each.parent for each in inside} == {"services"}
    assert {each.inputs["metadata"]["namespace"] for each in inside} == {"mys-dev"}


# The kubeconfig.


def answer(found: Any) -> str:
    return base64.b64encode(yaml.safe_dump(found).encode()).decode()


def azure(login: str) -> dict[str, Any]:
    """What Azure answers, in the words of one way to log in."""
    cluster = {
        "server": "https://mys-dev-core-0.hcp.azmk8s.io:443",
        "certificate-authority-data": "Y2E=",
    }
    user = {"exec": {"command": "kubelogin", "args": ["get-token", "--login", login]}}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "mys-dev-core-aks-san", "cluster": cluster}],
        "users": [{"name": f"clusterUser_{login}", "user": user}],
    }


def test_a_kubeconfig_has_the_server_and_nothing_of_who_asked() -> None:
    made = kubeconfig(answer(azure("devicecode")))
    assert made == kubeconfig(answer(azure("msi")))
    found = json.loads(made)
    (cluster,) = found["clusters"]
    assert cluster["cluster"] == azure("msi")["clusters"][0]["cluster"]
    (user,) = found["users"]
    assert user["user"]["exec"]["command"] == "kubelogin"
    assert user["user"]["exec"]["args"][:3] == ["get-token", "--login", "azurecli"]
    (context,) = found["contexts"]
    assert found["current-context"] == context["name"]
    assert context["context"] == {"cluster": cluster["name"], "user": user["name"]}


@pytest.mark.parametrize("found", [{}, {"clusters": []}, {"clusters": [{"cluster": {"server": "https://x"}}]}, "text"])
def test_an_answer_without_a_server_is_refused(found: Any) -> None:
    with pytest.raises(ValueError, match="without a server"):
        kubeconfig(answer(found))
