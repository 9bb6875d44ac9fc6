"""Names that are GUIDs: made from plain keys, so that a preview knows them and every run makes the same."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("8f0c5f0e-6d2b-5d0a-9b0e-2f6c1d7a4e35")
"""The project's own namespace; changing it renames every role assignment and every role of our own."""


def role_assignment_name(*, scope: str, role: str, principal: str) -> str:
    """The name of a role assignment. All three are keys, never ids that only the deployment knows.

    ``scope`` and ``principal`` must be unique in the tenant, where the names of role assignments are: put the stack in.
    """
    return _guid(scope, role, principal)


def role_definition_id(*, place: str, role: str) -> str:
    """The id of a role of our own. ``place`` is the platform and stack that define it: ids are unique in the tenant."""
    return _guid(place, "role", role)


def workbook_name(*, place: str, key: str) -> str:
    """The name of a workbook. ``place`` is the platform and stack whose it is."""
    return _guid(place, "workbook", key)


def query_id(*, place: str, key: str) -> str:
    """The id of a query in the pack of a stack."""
    return _guid(place, "query", key)


def permission_id(*, place: str, application: str, value: str) -> str:
    """The id of a scope or a role of an application; it must be unique in the application only."""
    return _guid(place, "application", application, value)


def stand_in_id(key: str) -> str:
    """An object id for what only a deployment makes, where a plan is recorded without one."""
    return _guid("stand-in", key)


def _guid(*keys: str) -> str:
    return str(uuid5(NAMESPACE, "/".join(keys)))
