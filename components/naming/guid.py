"""Names that are GUIDs: made from plain keys, so that a preview knows them and every run makes the same."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("8f0c5f0e-6d2b-5d0a-9b0e-2f6c1d7a4e35")
"""The project's own namespace; changing it renames every role assignment."""


def role_assignment_name(*, scope: str, role: str, principal: str) -> str:
    """The name of a role assignment. All three are keys, never ids that only the deployment knows.

    ``scope`` and ``principal`` must be unique in the tenant, where the names of role assignments are: put the stack in.
    """
    return str(uuid5(NAMESPACE, "/".join((scope, role, principal))))
