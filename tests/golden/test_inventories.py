"""The reviewed inventories of the committed settings: one line a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from components.facts.roles import ROLES
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from offline.azure.behaviour import guid
from stacks.plan.load import PROJECT
from stacks.settings.loading import stacks_in
from tests.golden.columns import COLUMNS
from tests.harness.build import compose_plan
from tests.harness.compose import Composition, Registered, schema
from tests.harness.golden import ACCEPT, GoldenFile
from tests.harness.settings import committed_plan

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ROLE_NAMES = {role.id: role.name for role in ROLES.values()}


def inventory(composition: Composition) -> str:
    """One line a resource, sorted: type, resource group, physical name, and what a reviewer wants to see of it."""
    identities = {
        guid(f"/user-assigned-identity/{each.inputs['resourceName']}", "principal"): each.inputs["resourceName"]
        for each in composition.of(IDENTITY)
    }
    lines = [
        " ".join(
            (
                BY_TOKEN[each.type].key,
                str(each.inputs.get("resourceGroupName", "-")),
                str(each.inputs[BY_TOKEN[each.type].name_input]),
                *(_role(each, identities) if each.type == ASSIGNMENT else _columns(each)),
            )
        )
        for each in composition.azure()
    ]
    return "\n".join(sorted(lines)) + "\n"


def _role(assignment: Registered, identities: dict[str, str]) -> Iterator[str]:
    inputs = assignment.inputs
    yield f"role={ROLE_NAMES[inputs['roleDefinitionId'].rpartition('/')[2]]}"
    yield f"principal={identities.get(inputs['principalId'], inputs['principalId'])}"
    yield f"principalType={inputs['principalType']}"
    yield f"scope={inputs['scope']}"


def _columns(each: Registered) -> Iterator[str]:
    for column in COLUMNS.get(BY_TOKEN[each.type].key, ()):
        yield f"{column}={_at(each.inputs, column)}"


def _at(value: Any, path: str) -> Any:
    for part in re.findall(r"\w+", path):
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize("stack", stacks_in(PROJECT))
@pytest.mark.requirement("S1-006")
def test_the_inventory_is_the_reviewed_one(stack: str, snapshot: SnapshotAssertion) -> None:
    found = inventory(compose_plan(committed_plan(stack)))
    assert found == snapshot(name=stack, extension_class=GoldenFile), f"tests/golden/{stack}.txt {ACCEPT}"


def test_every_stack_has_its_inventory_and_every_inventory_its_stack() -> None:
    files = {file.stem for file in Path(__file__).parent.glob("*.txt") if not file.stem.startswith("secrets-")}
    assert files == set(stacks_in(PROJECT))


@pytest.mark.parametrize("key", COLUMNS)
def test_a_column_is_an_input_of_its_type(key: str) -> None:
    inputs = schema().inputs(RESOURCE_TYPES[key].token)
    assert {re.findall(r"\w+", column)[0] for column in COLUMNS[key]} <= set(inputs)
