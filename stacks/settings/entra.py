"""The settings of the company's own Entra tenant: applications, and the groups that have their roles."""

from __future__ import annotations

from pydantic import Field

from stacks.settings.section import Section
from stacks.settings.types import Guid, Port, Text


class Entra(Section):
    """Who owns the applications, and who has their roles (docs/runbooks/identity.md)."""

    owners: tuple[Guid, ...] = Field(default=(), strict=False)
    """The object ids of people or service principals that may change the applications and groups, GUIDs; at least one.
    The identity of the stack's pipeline is added where there is one."""
    role_groups: dict[Text, Guid] = Field(default={})
    """The object ids of live groups, by role: Admin, SuperAdmin, Moderator, Viewer. Left out: a group is created, named
    mystira-<environment>-<role>s."""
    ids: dict[Text, Guid] = Field(default={})
    """The ids of scopes and roles of adopted applications, by application and value, such as admin-api/Admin.Read.
    Left out: made from these names."""
    localhost_ports: tuple[Port, ...] = Field(default=(), strict=False)
    """The ports of localhost that a login of the administration may return to, 1 to 65535, in dev only. Left out:
    none."""
