"""What changes an object, and what replaces it: pulumi-kubernetes' table and its comparison, on plain data."""

from __future__ import annotations

from typing import Any

import pytest

from offline.kubernetes.checkpoint import checkpoint
from offline.kubernetes.diff import asks_for_readiness, difference, unready
from offline.kubernetes.replacing import Mutable
from offline.rpc.protocol import UNKNOWN, Change, Diff

UID = {"uid": "3d5f", "resourceVersion": "12", "generation": 2}


def body(api_version: str, kind: str, **content: Any) -> dict[str, Any]:
    metadata = {"name": "mys-app", "namespace": "mys-dev", **content.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}


def live(inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a server makes of inputs."""
    return {**inputs, "metadata": {**inputs["metadata"], **UID}, "status": {"x": 1}, **more}


def diff(old: dict[str, Any], new: dict[str, Any], *, now: dict[str, Any] | None = None, **options: Any) -> Diff:
    state = checkpoint(old, now or live(old), old["apiVersion"], "pulumi-kubernetes-0a1b2c3d")
    state = {key: getattr(value, "value", value) for key, value in state.items()}
    state["__inputs"] = {key: getattr(value, "value", value) for key, value in state["__inputs"].items()}
    namespaced = options.pop("namespaced", True)
    return difference(state, new, namespaced=namespaced, mutable=options.pop("mutable", Mutable()), **options)


def spec(kind: str, **content: Any) -> dict[str, Any]:
    return body(dict(KINDS)[kind], kind, spec=content)


KINDS = {
    "Deployment": "apps/v1",
    "StatefulSet": "apps/v1",
    "Job": "batch/v1",
    "Service": "v1",
    "PodDisruptionBudget": "policy/v1",
}


def test_the_same_inputs_differ_in_nothing() -> None:
    old = spec("Deployment", replicas=2, selector={"matchLabels": {"a": "b"}})
    assert diff(old, old) == Diff({}, [])


@pytest.mark.parametrize(
    ("kind", "old", "new", "path"),
    [
        ("Deployment", {"selector": {"matchLabels": {"a": "b"}}}, {"selector": {"matchLabels": {"a": "c"}}}, ".a"),
        ("StatefulSet", {"serviceName": "a"}, {"serviceName": "b"}, "spec.serviceName"),
        ("StatefulSet", {"revisionHistoryLimit": 1}, {"revisionHistoryLimit": 2}, "spec.revisionHistoryLimit"),
        ("StatefulSet", {"podManagementPolicy": "a"}, {"podManagementPolicy": "b"}, "spec.podManagementPolicy"),
        (
            "StatefulSet",
            {"volumeClaimTemplates": [{"spec": {"storageClassName": "a"}}]},
            {"volumeClaimTemplates": [{"spec": {"storageClassName": "b"}}]},
            "spec.volumeClaimTemplates[0].spec.storageClassName",
        ),
        ("Job", {"template": {"spec": {"a": 1}}}, {"template": {"spec": {"a": 2}}}, "spec.template.spec.a"),
        ("Job", {"completions": 1}, {"completions": 2}, "spec.completions"),
        ("Service", {"clusterIP": "None"}, {"clusterIP": "10.0.0.1"}, "spec.clusterIP"),
        ("Service", {}, {"clusterIP": "10.0.0.1"}, "spec.clusterIP"),
    ],
)
def test_the_table_replaces_and_deletes_what_has_the_same_name_first(
    kind: str, old: dict[str, Any], new: dict[str, Any], path: str
) -> None:
    found = diff(spec(kind, **old), spec(kind, **new))
    assert [each.endswith(path) for each in found.replaces] == [True]
    assert found.delete_before_replace


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("Deployment", {"template": {"spec": {"a": 1}}}, {"template": {"spec": {"a": 2}}}),
        ("StatefulSet", {"replicas": 1}, {"replicas": 2}),
        ("Service", {"ports": [{"port": 80}]}, {"ports": [{"port": 81}]}),
        ("PodDisruptionBudget", {"maxUnavailable": 1}, {"maxUnavailable": 2}),
    ],
)
def test_what_the_table_does_not_name_is_updated(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    found = diff(spec(kind, **old), spec(kind, **new))
    assert list(found.changes.values()) == [Change.UPDATE]
    assert found.replaces == []


def test_the_parameters_of_a_storage_class_replace_it() -> None:
    def storage(sku: str) -> dict[str, Any]:
        named = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "mys-chain"}}
        return {**named, "parameters": {"skuName": sku}}

    found = diff(storage("Premium_LRS"), storage("Premium_ZRS"), namespaced=False)
    assert (found.replaces, found.delete_before_replace) == (["parameters.skuName"], True)


def test_a_config_map_is_replaced_and_keeps_its_name_only_where_it_was_given_one() -> None:
    autonamed = {"annotations": {"pulumi.com/autonamed": "true"}}
    for metadata, first in (({}, True), (autonamed, False)):
        old = body("v1", "ConfigMap", metadata=metadata, data={"a": "1"})
        found = diff(old, {**old, "data": {"a": "2"}})
        assert (found.replaces, found.delete_before_replace) == (["data.a"], first)


def test_mutable_contents_are_updated_as_long_as_the_object_is_not_immutable() -> None:
    old = body("v1", "ConfigMap", data={"a": "1"})
    mutable = Mutable(config_maps=True)
    assert diff(old, {**old, "data": {"a": "2"}}, mutable=mutable).replaces == []
    immutable = {**old, "immutable": True}
    assert diff(immutable, {**immutable, "data": {"a": "2"}}, mutable=mutable).replaces == ["data.a"]


def test_the_data_of_a_secret_replaces_it() -> None:
    old = body("v1", "Secret", type="Opaque", data={"a": "MQ=="})
    assert diff(old, {**old, "data": {"a": "Mg=="}}).replaces == ["data.a"]
    assert diff(old, {**old, "data": {"a": "Mg=="}}, mutable=Mutable(secrets=True)).replaces == []


def test_another_namespace_replaces_and_the_old_object_goes_last() -> None:
    old = body("v1", "ServiceAccount")
    found = diff(old, {**old, "metadata": {"name": "mys-app", "namespace": "mys-prod"}})
    assert (found.replaces, found.delete_before_replace) == (["metadata.namespace"], False)


def test_a_namespace_that_is_the_default_is_no_change() -> None:
    old = body("v1", "ServiceAccount", metadata={"namespace": "default"})
    assert diff(old, {**old, "metadata": {"name": "mys-app"}}).changes == {}


def test_what_the_server_adds_is_no_drift_and_what_somebody_edits_is() -> None:
    old = spec("Service", ports=[{"port": 80}], selector={"a": "b"})
    old["metadata"]["labels"] = {"app.kubernetes.io/name": "app"}
    now = live(old)
    now["spec"] = {**old["spec"], "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}], "type": "ClusterIP"}
    assert diff(old, old, now=now).changes == {}
    edited = {**now, "metadata": {**now["metadata"], "labels": {"app.kubernetes.io/name": "other"}}}
    assert diff(old, old, now=edited).changes == {'metadata.labels["app.kubernetes.io/name"]': Change.UPDATE}


def test_replicas_that_another_owns_are_ignored() -> None:
    old = spec("Deployment", replicas=2)
    now = live(spec("Deployment", replicas=5))
    assert diff(old, old, now=now).changes == {"spec.replicas": Change.UPDATE}
    assert diff(old, old, now=now, ignore=["spec.replicas"]).changes == {}


def test_keys_and_elements_that_come_or_go_are_named_by_their_path() -> None:
    old = spec("Service", ports=[{"port": 80, "name": "http"}, {"port": 81}], a={"b": 1})
    new = spec("Service", ports=[{"port": 80}], c={"d": 1})
    assert diff(old, new).changes == {
        "spec.ports[0].name": Change.DELETE,
        "spec.ports[1]": Change.DELETE,
        "spec.c": Change.ADD,
        "spec.a": Change.DELETE,
    }


def test_an_unknown_value_is_a_change() -> None:
    old = body("v1", "ConfigMap", data={"a": "1"})
    assert diff(old, {**old, "data": {"a": UNKNOWN}}).replaces == ["data.a"]


def test_a_job_that_failed_is_replaced_where_it_asks_for_it() -> None:
    old = body("batch/v1", "Job", metadata={"annotations": {"pulumi.com/replaceUnready": "true"}}, spec={})
    state = checkpoint(old, live(old), "batch/v1", "m")
    assert asks_for_readiness(old)
    found = unready(Diff(), old, state)
    assert (len(found.replaces), found.delete_before_replace) == (1, True)
    assert not asks_for_readiness(body("apps/v1", "Deployment", metadata=old["metadata"]))
