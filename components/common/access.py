"""Role assignments: deterministic names, a principal type on each."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import authorization

from components.facts.roles import Role, definition_id


@dataclass(frozen=True)
class GrantArgs:
    """One role for one principal at one resource.

    ``key`` is the logical name, ``name`` the GUID made from plain keys. ``principal_type`` is ServicePrincipal, Group
    or User: with it Azure does not look the principal up, so a new identity cannot be unknown yet.
    """

    key: str
    name: str
    role: Role
    principal_id: pulumi.Input[str]
    principal_type: str
    scope: pulumi.Input[str]
    subscription_id: str


def grant(args: GrantArgs, options: pulumi.ResourceOptions) -> authorization.RoleAssignment:
    """Register a role assignment (Microsoft: Assign Azure roles using Azure Resource Manager templates)."""
    return authorization.RoleAssignment(
        args.key,
        role_assignment_name=args.name,
        scope=args.scope,
        role_definition_id=definition_id(args.role, args.subscription_id),
        principal_id=args.principal_id,
        principal_type=args.principal_type,
        opts=options,
    )
