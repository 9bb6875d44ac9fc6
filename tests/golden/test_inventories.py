"""The reviewed inventories of the committed settings: one line a resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from components.access.conditions import label
from components.facts.model import RegisteredType
from components.facts.roles import PIPELINE_ROLES, ROLES
from components.facts.types import BY_TOKEN, REGISTERED_BY_TOKEN, REGISTERED_TYPES
from offline.azure.behaviour import guid
from stacks.plan.load import PROJECT
from stacks.settings.loading import stacks_in
from tests.golden.columns import COLUMNS
from tests.harness.build import compose_plan
from tests.harness.compose import CONTRACT, Composition, Registered, schema
from tests.harness.golden import ACCEPT, GoldenFile
from tests.harness.settings import committed_plan

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
DEFINITION = "azure-native:authorization:RoleDefinition"
ROLE_NAMES = {role.id: role.name for role in (*ROLES.values(), *PIPELINE_ROLES.values())}


def inventory(composition: Composition) -> str:
    """One line a resource, sorted: type, resource group, physical name, and what a reviewer wants to see of it."""
    identities = {
        guid(f"/user-assigned-identity/{each.inputs['resourceName']}", "principal"): each.inputs["resourceName"]
        for each in composition.of(IDENTITY)
    }
    identities |= {id: f"pipeline/{key}" for key, id in CONTRACT["pipelines"].items()}
    roles = ROLE_NAMES | {
        each.inputs["roleDefinitionId"]: each.inputs["roleName"] for each in composition.of(DEFINITION)
    }
    lines = [
        " ".join(
            (
                BY_TOKEN[each.type].key,
                str(each.inputs.get("resourceGroupName", "-")),
                str(each.inputs[BY_TOKEN[each.type].name_input]),
                *(_role(each, identities, roles) if each.type == ASSIGNMENT else _columns(each)),
            )
        )
        for each in composition.azure()
    ]
    objects = [" ".join((_row(each).key, each.name, *_columns(each))) for each in composition.entra()]
    return "\n".join((*sorted(lines), *sorted(objects))) + "\n"


def _row(each: Registered) -> RegisteredType:
    return REGISTERED_BY_TOKEN[each.type]


def _role(assignment: Registered, identities: dict[str, str], roles: Mapping[str, str]) -> Iterator[str]:
    inputs = assignment.inputs
    yield f"role={roles[inputs['roleDefinitionId'].rpartition('/')[2]]}"
    yield f"principal={identities.get(inputs['principalId'], inputs['principalId'])}"
    yield f"principalType={inputs['principalType']}"
    yield f"scope={inputs['scope']}"
    if inputs.get("condition"):
        yield f"condition={label(inputs['condition'])}"


def _columns(each: Registered) -> Iterator[str]:
    for column in COLUMNS.get(_row(each).key, ()):
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
    others = ("adoption-", "secrets-")
    files = {file.stem for file in Path(__file__).parent.glob("*.txt") if not file.stem.startswith(others)}
    assert files == set(stacks_in(PROJECT))


@pytest.mark.parametrize("key", COLUMNS)
def test_a_column_is_an_input_of_its_type(key: str) -> None:
    inputs = schema().inputs(REGISTERED_TYPES[key].token)
    assert {re.findall(r"\w+", column)[0] for column in COLUMNS[key]} <= set(inputs)
