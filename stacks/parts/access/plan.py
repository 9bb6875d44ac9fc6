"""Roles that the settings give besides, and every role assignment and lock of a stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from stacks.context import Context
from stacks.parts.part import Grant, Part
from stacks.settings.loading import SHARED
from stacks.settings.models import Settings

LOCKED = (SHARED, "prod")
"""The environments whose data nobody can make again."""


class Access(Part[Settings, bool]):
    """The last part: what the settings grant, all role assignments that are not made yet, then the locks."""

    key = "access"
    rules: ClassVar[Mapping[str, str]] = {
        "protection": "what holds data in prod and shared has a lock at Azure (mystira:protection)",
    }

    def plan(self, context: Context[Settings]) -> bool:
        return True

    def weaknesses(self, context: Context[Settings]) -> Iterator[str]:
        if context.environment in LOCKED and context.settings.protection == "off":
            yield "protection"

    def grants(self, context: Context[Settings]) -> Iterator[Grant]:
        for key, access in context.settings.access.items():
            who = f"access/{key}"
            yield Grant(access.role, str(access.principal_id), access.scope, access.principal_type, key, who)


ACCESS = Access()
