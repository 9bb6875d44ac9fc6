"""What another value of a setting changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.facts.types import REGISTERED_TYPES, RESOURCE_TYPES
from components.problems import InvalidInput
from stacks.build.recording import Planned, Recording, Registration
from stacks.reports.effects import effects, with_value

NOTHING = frozenset[str]()


def registration(kind: str, **inputs: Any) -> Registration:
    return Registration(
        row=RESOURCE_TYPES[kind],
        name="core",
        physical="p",
        id=f"/{kind}/p",
        urn=kind,
        inputs=inputs,
        waits_for=NOTHING,
        reads=NOTHING,
    )


def recording(*found: Planned) -> Recording:
    return Recording(found, (), {})


def lines(before: Recording, after: Recording) -> list[str]:
    return [each.line for each in effects(before, after)]


NAT = registration("nat-gateway", location="a", sku={"name": "x"}, zones=["1"])
ROLE = registration("role-assignment", scope="/a", principalId="b")


def test_what_comes_goes_changes_and_is_replaced() -> None:
    moved = replace(ROLE, inputs={"scope": "/b", "principalId": "b"})
    changed = replace(NAT, inputs={"location": "a", "sku": {"name": "y"}, "zones": ["1"], "tags": {"a": "b"}})
    vault = registration("key-vault")
    assert lines(recording(NAT, ROLE, registration("budget")), recording(changed, moved, vault)) == [
        "changes Network NAT gateway nat-gateway/core: sku.name, tags",
        "replaces Access role assignment role-assignment/core: scope",
        "adds Key Vault vault key-vault/core",
        "removes Budgets budget budget/core",
    ]
    assert lines(recording(NAT, ROLE), recording(NAT, ROLE)) == []


def test_another_name_replaces_and_what_is_ignored_does_not() -> None:
    identity = registration("user-assigned-identity", location="a")
    renamed = replace(identity, id="/user-assigned-identity/q", inputs={"location": "a", "resourceName": "q"})
    (line,) = lines(recording(identity), recording(renamed))
    assert line == "replaces Identities identity user-assigned-identity/core: resourceName"
    elsewhere = replace(identity, inputs={"location": "b"})
    assert lines(recording(identity), recording(elsewhere))[0].startswith("replaces")
    kept = replace(elsewhere, ignores=("location",))
    assert lines(recording(identity), recording(kept))[0].startswith("changes")


def test_what_only_a_deployment_makes_is_the_same() -> None:
    """Pulumi's unknown values are objects, another one in each recording."""
    row = REGISTERED_TYPES["service-principal"]
    first, second = (
        Planned(row=row, name="a", urn="a", inputs={"clientId": object()}, waits_for=NOTHING, reads=NOTHING)
        for _ in range(2)
    )
    assert lines(recording(first), recording(second)) == []
    known = replace(second, inputs={"clientId": "x"})
    assert lines(recording(first), recording(known)) == [
        "replaces Entra service principal service-principal/a: clientId"
    ]


@pytest.mark.parametrize(
    ("config", "path", "expected"),
    [
        ({"a": {"b": 1, "c": 2}}, "a.b", {"a": {"b": 9, "c": 2}}),
        ({}, "a.b", {"a": {"b": 9}}),
        ({"a": 1}, "a", {"a": 9}),
        ({"p": {"x.y": 1}}, "p.x.y", {"p": {"x.y": 9}}),
        ({"l": [{"a": 1}, {"a": 2}]}, "l.1.a", {"l": [{"a": 1}, {"a": 9}]}),
    ],
)
def test_a_value_is_put_at_its_path(config: Any, path: str, expected: Any) -> None:
    assert with_value(config, path, 9) == expected


def test_a_path_through_a_value_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"a\.b: leads through a single value; seen: 1"):
        with_value({"a": 1}, "a.b", 9)
