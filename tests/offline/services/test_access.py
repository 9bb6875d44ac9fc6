"""What Azure refuses about role assignments."""

from __future__ import annotations

import pytest

from components.facts.roles import ROLES, definition_id
from offline.azure.errors import ArmError
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
