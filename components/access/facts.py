"""Role and policy assignments."""

from __future__ import annotations

from components.facts.creation import listed
from components.facts.model import NAME_RULES, NameRule, Naming, ResourceType, Scope

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

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
