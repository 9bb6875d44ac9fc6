"""Resource groups, access, locks, budgets, dashboards."""

from __future__ import annotations

from components.facts.model import GROUP, NAME_RULES, NameRule, Naming, ResourceType, Scope

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

ROWS = (
    ResourceType(
        key="resource-group",
        token="azure-native:resources:ResourceGroup",
        arm="Microsoft.Resources/resourceGroups",
        id_template=GROUP,
        name_input="resourceGroupName",
        naming=Naming.FIVE_PART,
        abbreviation="rg",
        rule=NameRule(1, 90, r"[-\w.()]*[-\w()]", Scope.SUBSCRIPTION, NAME_RULES),
        taggable=True,
        columns=("location",),
    ),
    ResourceType(
        key="role-assignment",
        token="azure-native:authorization:RoleAssignment",
        arm="Microsoft.Authorization/roleAssignments",
        id_template="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        name_input="roleAssignmentName",
        naming=Naming.GUID,
        rule=NameRule(36, 36, GUID, Scope.TENANT, NAME_RULES),
        columns=("roleDefinitionId", "principalType", "scope"),
    ),
    ResourceType(
        key="management-lock",
        token="azure-native:authorization:ManagementLockByScope",
        arm="Microsoft.Authorization/locks",
        id_template="/{scope}/providers/Microsoft.Authorization/locks/{lockName}",
        name_input="lockName",
        naming=Naming.FIXED,
        rule=NameRule(1, 90, r"[-\w.()]*[-\w()]", Scope.PARENT, NAME_RULES),
        columns=("level", "scope"),
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
    ResourceType(
        key="budget",
        token="azure-native:consumption:Budget",
        arm="Microsoft.Consumption/budgets",
        id_template="/{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
        name_input="budgetName",
        naming=Naming.FIVE_PART,
        abbreviation="budget",
        rule=NameRule(1, 63, r"[A-Za-z0-9_-]+", Scope.PARENT, NAME_RULES),
        columns=("amount", "timeGrain"),
    ),
    ResourceType(
        key="dashboard",
        token="azure-native:portal:Dashboard",
        arm="Microsoft.Portal/dashboards",
        id_template=GROUP + "/providers/Microsoft.Portal/dashboards/{dashboardName}",
        name_input="dashboardName",
        naming=Naming.FIVE_PART,
        abbreviation="ds",
        rule=NameRule(
            3,
            24,
            r"[A-Za-z0-9-]+",
            Scope.RESOURCE_GROUP,
            "Azure/bicep-types-az (2026-08-20): the pattern of the type",
            disagreement="Microsoft's naming rules say 3-160, the same Bicep type 64",
        ),
        taggable=True,
    ),
)
