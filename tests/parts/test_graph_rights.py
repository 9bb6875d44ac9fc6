"""What pipelines may do at Microsoft Graph: read all, write what they own, and the rest where the settings say so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.entra.graph import CLIENT_ID, ROLES
from components.facts.types import DIRECTORY_TYPES
from offline.azure.behaviour import guid
from stacks.plan.model import StackPlan
from tests.harness.access import principal_of
from tests.harness.build import compose_plan
from tests.harness.compose import TENANT, Composition
from tests.harness.mistakes import Mistake, each_mistake
from tests.harness.settings import GONE, STACKS, edit, edited_plan, plan

READS = {"Application.Read.All", "Group.Read.All", "Policy.Read.All"}
OWNS = {"Application.ReadWrite.OwnedBy"}
WRITES = {
    "AppRoleAssignment.ReadWrite.All",
    "Group.Create",
    "Policy.ReadWrite.ConditionalAccess",
    "User.Read.All",
}
RIGHTS: Mapping[str, set[str]] = {
    **{f"{stack}-preview": READS for stack in STACKS},
    "shared-apply": READS,
    "dev-apply": READS | OWNS,
    "staging-apply": READS | OWNS,
    "prod-apply": READS | OWNS | WRITES,
}
"""Written out: a right that appears here by itself would be one more way to raise oneself."""


def rights(composition: Composition) -> dict[str, set[str]]:
    """The permissions at Microsoft Graph, by the object id of who has them."""
    values = {id: value for value, id in ROLES.items()}
    found: dict[str, set[str]] = {}
    for each in composition.of(DIRECTORY_TYPES["app-role-assignment"].token):
        assert each.inputs["resourceObjectId"] == guid(TENANT, CLIENT_ID)
        found.setdefault(each.inputs["principalObjectId"], set()).add(values[each.inputs["appRoleId"]])
    return found


def identity(composition: Composition, key: str) -> str:
    """The object id of a pipeline's identity."""
    return principal_of(composition, f"mys-shared-cicd{key.replace('-', '')}-identity-san")


def test_each_pipeline_has_its_rights_and_whoever_builds_images_has_none(composed: Mapping[str, Composition]) -> None:
    found = composed["shared"]
    assert rights(found) == {identity(found, key): wanted for key, wanted in RIGHTS.items()}


def test_rights_are_granted_in_shared_alone(composed: Mapping[str, Composition]) -> None:
    graph = guid(TENANT, CLIENT_ID)
    for stack in STACKS[1:]:
        assigned = composed[stack].of(DIRECTORY_TYPES["app-role-assignment"].token)
        assert assigned
        assert graph not in {each.inputs["resourceObjectId"] for each in assigned}


def test_the_matrix_tells_them(plans: Mapping[str, StackPlan]) -> None:
    told: dict[str, set[str]] = {}
    for each in plans["shared"].app_roles:
        assert each.application == "Microsoft Graph"
        told.setdefault(each.who, set()).add(each.role)
    assert told == {f"pipeline/{key}": wanted for key, wanted in RIGHTS.items()}


def test_no_right_to_write_is_given_unless_the_settings_say_so(folder: Path) -> None:
    found = compose_plan(edited_plan(folder, "shared", {"ci.directory_rights": GONE}))
    assert all(not wanted & WRITES for wanted in rights(found).values())
    found = compose_plan(edited_plan(folder, "shared", {"ci.directory_rights": ["staging"]}))
    assert rights(found)[identity(found, "staging-apply")] >= WRITES
    assert not WRITES & rights(found)[identity(found, "prod-apply")]


def test_without_pipelines_there_is_no_tenant_to_log_in_to(folder: Path) -> None:
    found = edited_plan(folder, "shared", {"ci": GONE})
    assert not found.tenants
    assert not found.app_roles
    assert "graph-rights" not in {step.key for step in found.steps}
    assert compose_plan(found).entra() == []


def test_a_further_stack_has_the_rights_of_an_environment(folder: Path) -> None:
    edit(folder, "shared", {"state.further_stacks": ["prod-weu"], "ci.directory_rights": ["prod-weu"]})
    found = compose_plan(plan("shared", folder))
    assert rights(found)[identity(found, "prod-weu-apply")] == READS | OWNS | WRITES


@pytest.mark.parametrize(("rights", "steps"), [([], {"dev", "staging", "prod"}), (["prod"], {"dev", "staging"})])
def test_elsewhere_a_person_brings_such_changes_up(folder: Path, rights: list[str], steps: set[str]) -> None:
    edit(folder, "shared", {"ci.directory_rights": rights})
    found = {stack for stack in STACKS[1:] if "directory-changes" in {step.key for step in plan(stack, folder).steps}}
    assert found == steps


MISTAKES = [
    Mistake("shared", {"ci.directory_rights": ["prd"]}, "ci.directory_rights", "no such stack", "dev, staging, prod"),
    Mistake(
        "shared",
        {"ci.directory_rights": ["prod", "shared"]},
        "ci.directory_rights",
        "a pipeline would give itself any right",
        "dev, staging, prod",
    ),
]


@each_mistake(MISTAKES)
def test_a_stack_that_gets_no_rights_is_one_error(mistake: Mistake, folder: Path) -> None:
    mistake.is_refused(folder)
