"""Roles for people and pipelines, and every role assignment and lock of a stack."""

from __future__ import annotations

from collections.abc import Iterator

from stacks.context import Context
from stacks.parts.part import Grant, Part
from stacks.settings.models import Settings


class Access(Part[Settings, bool]):
    """The last part: what the settings grant, all role assignments that are not made yet, then the locks."""

    key = "access"

    def plan(self, context: Context[Settings]) -> bool:
        return True

    def grants(self, context: Context[Settings]) -> Iterator[Grant]:
        for key, access in context.settings.access.items():
            yield Grant(access.role, str(access.principal_id), access.scope, access.principal_type, key)


ACCESS = Access()
