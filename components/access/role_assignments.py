"""Role assignments: deterministic names, a principal type on each."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import authorization

from components.access.spec import RoleAssignmentSpec
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
        opts=options,
    )
