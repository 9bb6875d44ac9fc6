"""Role assignments: deterministic names, a principal type on each. Roles of our own."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization

from components.access.facts import CONDITION_VERSION
from components.access.spec import RoleAssignmentSpec, RoleDefinitionSpec
from components.facts.roles import definition_id


def role_assignment(
    spec: RoleAssignmentSpec,
    *,
    principal_id: pulumi.Input[str],
    scope: pulumi.Input[str],
    subscription_id: str,
    options: pulumi.ResourceOptions,
) -> authorization.RoleAssignment:
    """Register a role assignment (Microsoft: Assign Azure roles using Azure Resource Manager templates)."""
    return authorization.RoleAssignment(
        spec.key,
        role_assignment_name=spec.name,
        scope=scope,
        role_definition_id=definition_id(spec.role, subscription_id),
        principal_id=principal_id,
        principal_type=spec.principal_type,
        condition=spec.condition or None,
        condition_version=CONDITION_VERSION if spec.condition else None,
        opts=options,
    )


def role_definition(
    spec: RoleDefinitionSpec, *, group_id: pulumi.Input[str], options: pulumi.ResourceOptions
) -> authorization.RoleDefinition:
    """Register a role of our own, which can be granted in one resource group (Microsoft: Azure custom roles)."""
    return authorization.RoleDefinition(
        spec.key,
        role_definition_id=spec.id,
        role_name=spec.name,
        role_type="CustomRole",
        description=spec.description,
        permissions=[
            authorization.PermissionArgs(actions=[*spec.actions], data_actions=[*spec.data_actions]),
        ],
        assignable_scopes=[group_id],
        scope=group_id,
        opts=options,
    )
