"""The sentence about a replacement: what it costs, which change asks for it, and no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from components.facts.types import RESOURCE_TYPES
from components.guard.protection import replacement
from tests.harness.compose import compose

ACCOUNT = RESOURCE_TYPES["storage-account"]
POOL = RESOURCE_TYPES["agent-pool"]


def seen(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The part of the sentence that says what changed."""
    return replacement(ACCOUNT, "core", before, after).partition("seen: ")[2].partition("; allowed")[0]


def test_only_what_is_fixed_at_creation_is_named() -> None:
    before = {"isHnsEnabled": False, "tags": {"Owner": "a"}, "location": "westeurope"}
    after = {"isHnsEnabled": True, "tags": {"Owner": "b"}, "location": "westeurope"}
    assert seen(before, after) == "isHnsEnabled: False → True"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"isHnsEnabled": True}, "isHnsEnabled: none → True"),
        ({"isHnsEnabled": True}, {}, "isHnsEnabled: True → none"),
        ({"accountName": "x", "kind": "a"}, {"accountName": "y", "kind": "b"}, "accountName: x → y"),
        ({"sku": {"name": "a"}}, {"sku": {"name": "b"}}, "sku.name: a → b"),
        ({"isHnsEnabled": "x" * 200}, {"isHnsEnabled": ["y"]}, "isHnsEnabled: another value → another value"),
    ],
)
def test_both_values_are_said(before: Mapping[str, Any], after: Mapping[str, Any], said: str) -> None:
    assert seen(before, after) == said


def test_a_secret_is_not_said() -> None:
    said: list[str] = []

    def program() -> None:
        before, after = (
            {"key": pulumi.Output.secret(value), "kind": value[-1]} for value in ("Not-a-real-1", "Not-a-real-2")
        )
        said.append(seen(before, after))

    compose(program)
    assert said == ["kind: 1 → 2"]


def test_what_holds_no_data_is_replaced_with_a_word_about_what_it_interrupts() -> None:
    text = replacement(POOL, "core-services", {"vmSize": "Standard_D2ds_v5"}, {"vmSize": "Standard_D4ds_v5"})
    assert text.startswith(
        "agent-pool core-services: Azure cannot change this in place: the resource is deleted, then "
    )
    assert "the pods on them wait" in text
    assert "seen: vmSize: Standard_D2ds_v5 → Standard_D4ds_v5; allowed: this, or a new resource next to it" in text
    assert "data" not in text
