"""Inputs in one form, live objects pruned to them, quantities as a server writes them."""

from __future__ import annotations

from typing import Any

import pytest

from offline.kubernetes.normal import normalized, pruned
from offline.kubernetes.paths import ignored, parsed, written
from offline.kubernetes.quantities import canonical
from offline.rpc.protocol import UNKNOWN


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0.5", "500m"),
        ("1000m", "1"),
        (1, "1"),
        (1.5, "1500m"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("512Ki", "512Ki"),
        ("100Gi", "100Gi"),
        ("2000M", "2G"),
        ("1e3", "1e3"),
        ("0", "0"),
        ("1000", "1k"),
        ("0.1n", "1n"),
        ("no", "no"),
    ],
)
def test_quantities_take_the_form_of_the_server(given: str | float, expected: str) -> None:
    assert canonical(given) == expected


def deployment(**pod: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {}, "spec": {"template": {"spec": pod}}}


def pod(**given: Any) -> dict[str, Any]:
    return normalized(deployment(**given))["spec"]["template"]["spec"]


def test_fields_without_a_value_go_and_those_that_say_something_stay() -> None:
    given = {
        "hostNetwork": False,
        "automountServiceAccountToken": False,
        "tolerations": [],
        "nodeSelector": {},
        "volumes": [{"name": "scratch", "emptyDir": {}}],
        "nodeName": None,
    }
    volumes = given["volumes"]
    assert pod(**given) == {"automountServiceAccountToken": False, "volumes": volumes}


def test_quantities_of_pods_are_taken_as_such_and_variables_are_not() -> None:
    container = {"resources": {"limits": {"cpu": "0.5", "memory": "1024Mi"}}, "env": [{"name": "A", "value": "1000m"}]}
    found = pod(containers=[container])["containers"][0]
    assert found["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}
    assert found["env"] == container["env"]


def test_what_is_not_built_in_and_what_is_unknown_stays() -> None:
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "spec": {"listeners": []}}
    assert normalized(gateway) == gateway
    assert pod(tolerations=[], nodeName=UNKNOWN) == {"tolerations": [], "nodeName": UNKNOWN}


def test_text_of_a_secret_becomes_data() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {"a": "MQ=="}, "stringData": {"b": "2"}}
    assert normalized(secret) == {"apiVersion": "v1", "kind": "Secret", "data": {"a": "MQ==", "b": "Mg=="}}


def test_metadata_that_only_the_server_writes_are_no_inputs() -> None:
    metadata = {"name": "a", "uid": "1", "resourceVersion": "2", "managedFields": []}
    assert normalized({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})["metadata"] == {"name": "a"}


def test_a_live_object_is_reduced_to_what_was_asked_for() -> None:
    live = {"a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 4, "g": 5}, {"f": 6}], "h": "x", "i": [1, 2]}
    assert pruned(live, {"b": {"c": 0}, "e": [{"f": 0}], "h": {}, "i": ["a"], "z": 1}) == {
        "b": {"c": 2},
        "e": [{"f": 4}],
        "h": "x",
        "i": [1, 2],
    }


@pytest.mark.parametrize("path", ["spec.replicas", 'metadata.labels["app.kubernetes.io/name"]', "spec.ports[0].port"])
def test_paths_are_written_as_they_are_read(path: str) -> None:
    assert written(parsed(path)) == path


def test_a_pattern_ignores_what_is_below_it() -> None:
    assert ignored("spec.template.spec.containers[1].image", ["spec.template.spec.containers[*].image"])
    assert ignored("spec.replicas", ["spec"])
    assert not ignored("spec", ["spec.replicas"])
