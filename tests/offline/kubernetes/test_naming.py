"""Names that the provider makes, and who owns the fields of an object."""

from __future__ import annotations

import re
from typing import Any

from offline.kubernetes.managed import forced, taken_over, without_ignored
from offline.kubernetes.naming import manager_of, unique_name, with_autoname
from offline.rpc.protocol import UNKNOWN

AUTONAMED = {"pulumi.com/autonamed": "true"}


def config_map(**metadata: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}


def test_a_name_follows_from_the_seed_and_another_seed_gives_another_one() -> None:
    one, other = unique_name("app-", b"1"), unique_name("app-", b"2")
    assert re.fullmatch(r"app-[0-9a-f]{8}", one)
    assert one == unique_name("app-", b"1") != other
    assert unique_name("app-") != unique_name("app-")


def test_an_object_without_a_name_is_named_and_says_so() -> None:
    found = with_autoname(config_map(), {}, "app", b"1")
    assert found["metadata"] == {"name": unique_name("app-", b"1"), "annotations": AUTONAMED}


def test_a_name_that_the_provider_made_is_kept() -> None:
    old = config_map(name="app-12345678", annotations=AUTONAMED)
    found = with_autoname(config_map(labels={}), old, "app", b"2")
    assert (found["metadata"]["name"], found["metadata"]["annotations"]) == ("app-12345678", AUTONAMED)


def test_a_name_that_was_given_once_is_not_made_up_later() -> None:
    assert "name" not in with_autoname(config_map(), config_map(name="app"), "app", b"1")["metadata"]


def test_a_given_name_stays_also_one_that_is_not_known_yet() -> None:
    for name in ("app", UNKNOWN):
        assert with_autoname(config_map(name=name), {}, "x", b"1")["metadata"] == {"name": name}


def test_the_field_manager_stays_that_of_the_state() -> None:
    assert manager_of({"__fieldManager": "pulumi-kubernetes-1"}, config_map()) == "pulumi-kubernetes-1"
    assert re.fullmatch(r"pulumi-kubernetes-[0-9a-f]{8}", manager_of({}, config_map()))
    assert manager_of({}, config_map(annotations={"pulumi.com/patchFieldManager": "me"})) == "me"


def entry(manager: str, operation: str, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "fieldsV1": fields, **more}


def live(*entries: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"metadata": {"managedFields": list(entries)}, "spec": spec}


STATUS = entry("kube-controller-manager", "Update", {"f:status": {}}, subresource="status")


def test_the_fields_of_the_create_move_to_the_manager_of_the_state() -> None:
    created = entry("pulumi-kubernetes", "Update", {"f:spec": {"f:a": {}}})
    moved = taken_over(live(created, STATUS), "pulumi-kubernetes-1")
    assert moved == [STATUS, entry("pulumi-kubernetes-1", "Apply", {"f:spec": {"f:a": {}}})]
    assert taken_over(live(*moved), "pulumi-kubernetes-1") is None


def test_fields_are_joined_with_those_that_the_manager_has() -> None:
    mine = entry("pulumi-kubernetes-1", "Apply", {"f:spec": {"f:a": {}}})
    edited = entry("kubectl-edit", "Update", {"f:spec": {"f:b": {}}})
    moved = taken_over(live(edited, mine), "pulumi-kubernetes-1")
    assert moved == [entry("pulumi-kubernetes-1", "Apply", {"f:spec": {"f:a": {}, "f:b": {}}})]


def test_an_ignored_field_of_another_owner_is_not_applied_and_one_of_ours_stays_as_it_is() -> None:
    scaler = entry("kube-controller-manager", "Update", {"f:spec": {"f:replicas": {}}}, subresource="scale")
    ours = entry("pulumi-kubernetes-1", "Apply", {"f:spec": {"f:replicas": {}}})
    inputs = {"spec": {"replicas": 2, "paused": True}}
    left = without_ignored(inputs, live(scaler, replicas=5), "pulumi-kubernetes-1", ["spec.replicas"])
    assert left == {"spec": {"paused": True}}
    kept = without_ignored(inputs, live(scaler, ours, replicas=5), "pulumi-kubernetes-1", ["spec.replicas"])
    assert kept == {"spec": {"replicas": 5, "paused": True}}
    assert inputs["spec"]["replicas"] == 2


def test_only_a_preview_takes_fields_by_force_and_only_before_they_are_moved() -> None:
    created = live(entry("pulumi-kubernetes", "Update", {}))
    applied = live(entry("pulumi-kubernetes-1", "Apply", {}))
    assert [forced({}, each, preview=True) for each in (created, applied)] == [True, False]
    assert not forced({}, created, preview=False)
    assert forced(config_map(annotations={"pulumi.com/patchForce": "true"}), applied, preview=False)
    assert forced({}, live(), preview=False)
