"""Children of a resource: written one at a time where Azure asks for it, and deleted together with their parent."""

from __future__ import annotations

from collections.abc import Callable

import pulumi

from components.facts.model import RegisteredType, ResourceType
from components.facts.types import BY_TOKEN, PARENT_OF


def goes_with(row: RegisteredType, parent: pulumi.Resource | None) -> pulumi.Resource | None:
    """The parent whose deletion also deletes a resource of a type, so that nothing waits for a second delete.

    What lies below it at Azure goes, unless Azure wants that deleted first. Locks and role assignments are not below.
    """
    above = BY_TOKEN.get(parent.pulumi_resource_type) if parent is not None else None
    if above is None or not isinstance(row, ResourceType):
        return None
    return parent if row.arm.startswith(f"{above.arm}/") and not row.holds_parent else None


def chain() -> Callable[[RegisteredType, pulumi.Resource, pulumi.Resource | None], pulumi.Resource | None]:
    """A function that remembers, for each exclusive parent, its youngest child, and returns the one before it."""
    youngest: dict[int, pulumi.Resource] = {}

    def previous(
        row: RegisteredType, resource: pulumi.Resource, parent: pulumi.Resource | None
    ) -> pulumi.Resource | None:
        if row.key not in PARENT_OF or parent is None:
            return None
        before = youngest.get(id(parent))
        youngest[id(parent)] = resource
        return before

    return previous
