"""Delete locks on the data resources of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import authorization

from components.facts.types import RESOURCE_TYPES

LOCK = "do-not-delete"


@dataclass(frozen=True)
class Lock:
    """A lock that is still to be put on ``resource``, a ``kind`` of the type table, after all that was ``made``."""

    name: str
    resource: pulumi.CustomResource
    kind: str
    made: Sequence[pulumi.Resource]
    options: pulumi.ResourceOptions

    def put(self, granted: Sequence[pulumi.Resource]) -> None:
        """Register the lock, after the role assignments in its scope too: at destroy it goes before them."""
        after = pulumi.ResourceOptions(depends_on=[*self.made, *granted])
        authorization.ManagementLockByScope(
            self.name,
            lock_name=LOCK,
            scope=self.resource.id,
            level=authorization.LockLevel.CAN_NOT_DELETE,
            notes="Holds data. Also stops deletes below it, role assignments included: delete the lock first.",
            opts=pulumi.ResourceOptions.merge(self.options, after),
        )


@dataclass
class Locks:
    """The locks on what holds data in a stack, none unless ``wanted``; they wait until the stack has granted its roles.

    Azure refuses to delete a role assignment below a lock.
    """

    wanted: bool
    waiting: list[Lock] = field(default_factory=list)

    def put(self, granted: Iterable[tuple[str, pulumi.Resource]]) -> None:
        """Register the locks. ``granted`` are the role assignments with the kind of resource they are at."""
        found = list(granted)
        for lock in self.waiting:
            arm = RESOURCE_TYPES[lock.kind].arm
            lock.put([each for kind, each in found if _below(kind, arm)])
        self.waiting.clear()


def _below(kind: str, arm: str) -> bool:
    row = RESOURCE_TYPES.get(kind)
    return row is not None and (row.arm == arm or row.arm.startswith(arm + "/"))
