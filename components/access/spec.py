"""What a role assignment and a role of our own consist of."""

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
    """The role, from the tables of roles."""
    principal: str
    """A key such as ``identity/app``, or the object id of somebody outside this program."""
    principal_type: str
    """ServicePrincipal, Group or User. Given it, Azure does not look the principal up, so a new identity cannot be
    unknown yet."""
    scope: str
    """The resource as the plan refers to it: ``topic/AccountCreated``."""
    kind: str
    """The resource type of ``scope``."""
    who: str = ""
    """The principal as people call it: ``identity/app``, ``people/platform``, ``access/auditors``."""
    condition: str = ""
    """When it holds (components/access/conditions); empty: always."""


@dataclass(frozen=True)
class RoleDefinitionSpec:
    """A role of our own, at the resource group in which it can be granted."""

    key: str
    """Its logical name, and the key of the role."""
    id: str
    """A GUID made from plain keys."""
    name: str
    """Its name at Azure, unique in the tenant."""
    description: str
    """What it is for."""
    actions: tuple[str, ...]
    """What it allows on resources."""
    data_actions: tuple[str, ...]
    """What it allows on what they hold."""
    group: str
    """The key of the resource group: Azure assigns it nowhere else."""
