"""Role and policy assignments, and roles of our own."""

from __future__ import annotations

from components.facts.creation import listed
from components.facts.model import GUID, NAME_RULES, NameRule, Naming, ResourceType, Scope

CONDITION_VERSION = "2.0"
"""The only version of conditions that Azure takes (Microsoft: FAQ for Azure role assignment conditions)."""

CONDITION_BYTES = 8 * 1024
"""The greatest length of a condition (same FAQ: 8 KB)."""

ROWS: tuple[ResourceType, ...] = (
    ResourceType(
        key="role-assignment",
        token="azure-native:authorization:RoleAssignment",
        arm="Microsoft.Authorization/roleAssignments",
        id_template="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        name_input="roleAssignmentName",
        naming=Naming.GUID,
        rule=NameRule(36, 36, GUID, Scope.TENANT, NAME_RULES),
        creation_only=listed("principalId", "scope"),
    ),
    ResourceType(
        key="role-definition",
        token="azure-native:authorization:RoleDefinition",
        arm="Microsoft.Authorization/roleDefinitions",
        id_template="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        name_input="roleDefinitionId",
        naming=Naming.GUID,
        rule=NameRule(36, 36, GUID, Scope.TENANT, NAME_RULES),
    ),
    ResourceType(
        key="policy-assignment",
        token="azure-native:authorization:PolicyAssignment",
        arm="Microsoft.Authorization/policyAssignments",
        id_template="/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
        name_input="policyAssignmentName",
        naming=Naming.FIXED,
        rule=NameRule(
            1,
            64,
            r"[^#<>*%&:\\?.+/]*[^#<>*%&:\\?.+/ ]",
            Scope.PARENT,
            NAME_RULES,
            disagreement="24 characters at a management group",
        ),
    ),
)
