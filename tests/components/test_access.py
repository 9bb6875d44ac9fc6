"""Conditions of role assignments: what they let through, and that Azure can read them."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pytest

from components.access.conditions import blob_paths, delegation
from components.access.facts import CONDITION_BYTES
from components.access.role_assignments import role_assignment, role_definition
from components.access.spec import RoleAssignmentSpec, RoleDefinitionSpec
from components.facts.roles import BLOB_DELETE, BLOB_READ, BLOB_WRITES, ROLES
from tests.harness.build import one
from tests.harness.compose import Composition, compose
from tests.harness.conditions import Attempt, holds

WRITE, DELETE = "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"
PULL, READS_LOGS, OWNER = (
    ROLES["acr-pull"].id,
    ROLES["log-reader"].id,
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
)
PATH = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path"


def assignment(role: str, kind: str) -> Mapping[str, str]:
    return {
        "Microsoft.Authorization/roleAssignments:RoleDefinitionId": role,
        "Microsoft.Authorization/roleAssignments:PrincipalType": kind,
    }


GRANTED = delegation({"ServicePrincipal": [PULL], "Group": [READS_LOGS]})


@pytest.mark.parametrize(
    ("role", "kind", "allowed"),
    [
        (PULL, "ServicePrincipal", True),
        (READS_LOGS, "Group", True),
        (PULL, "Group", False),
        (READS_LOGS, "ServicePrincipal", False),
        (PULL, "User", False),
        (OWNER, "ServicePrincipal", False),
        (OWNER, "Group", False),
    ],
)
def test_a_delegate_grants_and_takes_back_a_role_for_its_type_of_principal_only(
    role: str, kind: str, allowed: bool
) -> None:
    what = assignment(role, kind)
    assert holds(GRANTED, Attempt(WRITE, request=what)) is allowed
    assert holds(GRANTED, Attempt(DELETE, resource=what)) is allowed
    # What is deleted is not in the request, and what is written is no resource yet.
    assert not holds(GRANTED, Attempt(WRITE, resource=what))
    assert not holds(GRANTED, Attempt(DELETE, request=what))


def test_whoever_has_nothing_to_grant_grants_nothing() -> None:
    for condition in (delegation({}), delegation({"Group": []})):
        assert not holds(condition, Attempt(WRITE, request=assignment(PULL, "Group")))
        assert not holds(condition, Attempt(DELETE, resource=assignment(PULL, "Group")))
        assert holds(condition, Attempt("Microsoft.Authorization/roleAssignments/read"))


def test_reading_is_never_conditioned() -> None:
    assert holds(GRANTED, Attempt("Microsoft.Authorization/roleAssignments/read"))


STATE = blob_paths(["a/dev.*", "a/shared.*", "meta"], ["a/dev.*", "locks/dev/*"], actions=BLOB_WRITES)


@pytest.mark.parametrize("action", BLOB_WRITES)
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("a/dev.json", True),
        ("a/dev.json.bak", True),
        ("locks/dev/1.json", True),
        ("a/dev-weu.json", False),
        ("a/prod.json", False),
        ("a/shared.json", False),
        ("meta", False),
        ("locks/prod/1.json", False),
        ("", False),
    ],
)
def test_blobs_are_written_below_these_paths(action: str, path: str, allowed: bool) -> None:
    assert holds(STATE, Attempt(action, resource={PATH: path})) is allowed


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("a/dev.json", True), ("a/shared.json", True), ("meta", True), ("a/prod.json", False), ("a/dev-weu.json", False)],
)
def test_blobs_are_read_below_these_paths_and_all_are_listed(path: str, allowed: bool) -> None:
    """Pulumi lists a folder before it reads from it, and a listing has no path of a blob."""
    assert holds(STATE, Attempt(BLOB_READ, resource={PATH: path})) is allowed
    assert holds(STATE, Attempt(BLOB_READ, "Blob.List"))


def test_the_condition_of_a_role_that_only_reads_names_no_other_action() -> None:
    """Azure refuses a condition that names an action which the role does not have."""
    reading = blob_paths(["a/dev.*"])
    assert BLOB_READ in reading
    assert not [action for action in (*BLOB_WRITES, BLOB_DELETE) if action in reading]


def test_the_roles_of_a_whole_platform_fit_into_a_condition() -> None:
    everything = [role.id for role in ROLES.values()]
    assert len(delegation({"ServicePrincipal": everything, "Group": everything}).encode()) < CONDITION_BYTES / 1.5


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("(a)", "at character 2; seen: a; allowed: an attribute"),
        ("((!(ActionMatches{'x'}))", r"seen: the end; allowed: AND, OR or \)"),
        ("!(ActionMatches{'x'}) extra", "seen: extra; allowed: AND, OR or the end"),
    ],
)
def test_what_is_no_condition_is_not_read(text: str, seen: str) -> None:
    with pytest.raises(ValueError, match=seen):
        holds(text, Attempt("x"))


SPEC = RoleAssignmentSpec(
    key="delegate",
    name="11111111-1111-4111-8111-111111111111",
    role=ROLES["acr-pull"],
    principal="pipeline/dev-apply",
    principal_type="ServicePrincipal",
    scope="registry",
    kind="container-registry",
    condition=GRANTED,
)


def registered(spec: RoleAssignmentSpec) -> Composition:
    def program() -> None:
        options = pulumi.ResourceOptions()
        role_assignment(spec, principal_id="p", scope="/s", subscription_id="sub", options=options)

    return compose(program)


def test_a_condition_goes_with_its_version_and_none_with_none() -> None:
    inputs = one(registered(SPEC), "role-assignment").inputs
    assert (inputs["condition"], inputs["conditionVersion"]) == (GRANTED, "2.0")
    inputs = one(registered(RoleAssignmentSpec(**{**vars(SPEC), "condition": ""})), "role-assignment").inputs
    assert not {"condition", "conditionVersion"} & set(inputs)


def test_a_role_of_our_own_can_be_granted_in_one_group() -> None:
    spec = RoleDefinitionSpec(
        "state-writer", "1" * 8, "State Writer (mys-shared)", "Why.", (), BLOB_WRITES, "terraform"
    )

    def program() -> None:
        role_definition(spec, group_id="/group", options=pulumi.ResourceOptions())

    inputs = one(compose(program), "role-definition").inputs
    assert (inputs["scope"], inputs["assignableScopes"]) == ("/group", ["/group"])
    assert inputs["permissions"] == [{"actions": [], "dataActions": [*BLOB_WRITES]}]
    assert (inputs["roleName"], inputs["roleType"]) == ("State Writer (mys-shared)", "CustomRole")
