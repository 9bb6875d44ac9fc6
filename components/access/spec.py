"""What a role assignment consists of."""

from __future__ import annotations

from dataclasses import dataclass

from components.facts.roles import Role


@dataclass(frozen=True)
class RoleAssignmentSpec:
    """One role for one principal at one resource."""

    key: str
    """Its logical name."""
    name: str
    """A GUID made from plain keys, so that a preview knows it."""
    role: Role
    """The built-in role, from the table of roles."""
    principal: str
    """A key such as ``identity/app``, or the object id of somebody outside this program."""
    principal_type: str
    """ServicePrincipal, Group or User. Given it, Azure does not look the principal up, so a new identity cannot be
    unknown yet."""
    scope: str
    """The resource as the plan refers to it: ``topic/AccountCreated``."""
    kind: str
    """The resource type of ``scope``."""
