"""What Azure refuses about role assignments."""

from __future__ import annotations

import pytest

from components.facts.roles import ROLES, definition_id
from offline.azure.errors import ArmError
from offline.azure.replacement import replaces
from offline.rpc.protocol import Change
from tests.harness.offline import ROOT, SUBSCRIPTION, Cloud, token_of

ASSIGNMENT = token_of("role-assignment")


def test_a_new_identity_is_not_replicated_at_once(cloud: Cloud) -> None:
    workspace, identity = cloud.workspace().id, cloud.identity("new").properties["principalId"]
    with pytest.raises(ArmError, match="PrincipalNotFound"):
        cloud.grant("log-reader", identity, workspace, principalType=None)
    cloud.grant("log-reader", identity, workspace)
    for number in range(5):
        cloud.identity(f"other{number}")
    cloud.grant("metrics-publisher", identity, workspace, principalType=None)
    with pytest.raises(ArmError, match="UnmatchedPrincipalType"):
        cloud.grant("acr-pull", identity, workspace, principalType="User")
    cloud.grant("acr-pull", "00000000-0000-4000-8000-00000000a001", workspace, principalType="Group")


def test_role_assignments(cloud: Cloud) -> None:
    workspace, identity = cloud.workspace().id, cloud.identity("one").properties["principalId"]
    first = cloud.grant("log-reader", identity, workspace, "00000000-0000-4000-8000-000000000001")
    with pytest.raises(ArmError, match="RoleAssignmentExists"):
        cloud.grant("log-reader", identity, workspace, "00000000-0000-4000-8000-000000000002")
    inputs = {"scope": workspace, "roleAssignmentName": first.id.rpartition("/")[2], "principalId": "other"}
    definition = definition_id(ROLES["log-reader"], SUBSCRIPTION)
    changed = {**inputs, "roleDefinitionId": definition, "principalType": "User"}
    cloud.refused_update("RoleAssignmentUpdateNotPermitted", ASSIGNMENT, first.id, **changed)
    cloud.refused(
        "RoleDefinitionDoesNotExist",
        ASSIGNMENT,
        scope=workspace,
        roleAssignmentName="00000000-0000-4000-8000-000000000003",
        roleDefinitionId="/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/nothing",
        principalId=identity,
        principalType="ServicePrincipal",
    )
    cloud.refused(
        "ResourceNotFound",
        ASSIGNMENT,
        scope=f"{ROOT}/providers/Microsoft.Network/virtualNetworks/ghost",
        roleAssignmentName="00000000-0000-4000-8000-000000000004",
        roleDefinitionId=definition_id(ROLES["log-reader"], SUBSCRIPTION),
        principalId=identity,
        principalType="ServicePrincipal",
    )


CONDITION = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})))"
GROUP_ID = "00000000-0000-4000-8000-00000000a001"


def test_a_condition_is_kept_and_changed_in_place(cloud: Cloud) -> None:
    workspace = cloud.workspace().id
    made = cloud.grant(
        "blob-contributor", GROUP_ID, workspace, principalType="Group", condition=CONDITION, conditionVersion="2.0"
    )
    assert (cloud.body(made.id)["condition"], cloud.body(made.id)["conditionVersion"]) == (CONDITION, "2.0")
    wanted = {
        "scope": workspace,
        "roleAssignmentName": made.id.rpartition("/")[2],
        "roleDefinitionId": definition_id(ROLES["blob-contributor"], SUBSCRIPTION),
        "principalId": GROUP_ID,
        "principalType": "Group",
        "condition": f"{CONDITION} AND {CONDITION}",
        "conditionVersion": "2.0",
    }
    cloud.update(ASSIGNMENT, made.id, **wanted)
    assert cloud.body(made.id)["condition"] == wanted["condition"]
    assert not any(replaces("role-assignment", name, Change.UPDATE) for name in ("condition", "conditionVersion"))


@pytest.mark.parametrize(
    ("condition", "version"),
    [(CONDITION, "1.0"), (f"{CONDITION}{' ' * 8192}", "2.0"), (f"({CONDITION}", "2.0"), (f"{CONDITION}}}", "2.0")],
    ids=["version", "8 KB", "bracket", "brace"],
)
def test_a_condition_that_azure_cannot_read_is_refused(cloud: Cloud, condition: str, version: str) -> None:
    workspace = cloud.workspace().id
    with pytest.raises(ArmError, match="The given role assignment condition is invalid"):
        cloud.grant(
            "blob-contributor",
            GROUP_ID,
            workspace,
            principalType="Group",
            condition=condition,
            conditionVersion=version,
        )


def test_roles_are_granted_at_a_group_and_at_a_namespace(cloud: Cloud) -> None:
    """Azure Resource Manager does not know namespaces; it knows their clusters."""
    cloud.grant("log-reader", GROUP_ID, ROOT, principalType="Group")
    ghost = f"{ROOT}/providers/Microsoft.ContainerService/managedClusters/ghost/namespaces/mys-dev"
    with pytest.raises(ArmError, match="ResourceNotFound"):
        cloud.grant("cluster-reader", GROUP_ID, ghost, principalType="Group")


def test_roles_of_a_customer(cloud: Cloud) -> None:
    role = "11111111-1111-4111-8111-111111111111"
    inputs = {
        "scope": ROOT,
        "roleName": "Approver",
        "roleType": "CustomRole",
        "assignableScopes": [ROOT],
        "permissions": [{"actions": ["Microsoft.ContainerRegistry/registries/read"]}],
    }
    definition = token_of("role-definition")
    made = cloud.make(definition, roleDefinitionId=role, **inputs)
    assert made.properties["permissions"] == [
        {"notActions": [], "dataActions": [], "notDataActions": [], **inputs["permissions"][0]}
    ]
    other = "11111111-1111-4111-8111-111111111112"
    cloud.refused("RoleDefinitionWithSameNameExists", definition, roleDefinitionId=other, **inputs)
    held = cloud.make(
        ASSIGNMENT,
        scope=ROOT,
        roleAssignmentName="00000000-0000-4000-8000-000000000005",
        roleDefinitionId=f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        principalId=GROUP_ID,
        principalType="Group",
    )
    cloud.refused_delete("RoleDefinitionHasAssignments", definition, made.id)
    cloud.delete(ASSIGNMENT, held.id)
    cloud.delete(definition, made.id)
    cloud.make(definition, roleDefinitionId=other, **inputs)
