"""What a principal may do: its role assignments in a world, with their conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from components.facts.actions import allowed
from components.facts.types import RESOURCE_TYPES
from offline.azure.conditions.evaluation import ASSIGNMENTS, Asked, attribute, holds
from offline.azure.conditions.grammar import parsed
from offline.azure.role_definitions import Definition, definition
from offline.rpc.protocol import Properties
from offline.world.objects import Writer

ASSIGNMENT = RESOURCE_TYPES["role-assignment"].token

_SOURCE_OF = {f"{ASSIGNMENTS}/write": "Request", f"{ASSIGNMENTS}/delete": "Resource"}
"""Which attributes an action on a role assignment has (Microsoft: Authorization actions and attributes)."""


class Answer(Enum):
    """Whether an action is allowed."""

    ALLOWED = "allowed"
    CONDITION = "an assignment has the action, and its condition does not hold"
    MISSING = "no assignment has the action"


@dataclass(frozen=True)
class Held:
    """A role at a place."""

    role: Definition
    condition: str
    """Empty for none."""


def held(cloud: Writer, object_id: str, scope: str) -> Iterator[Held]:
    """The roles of a principal at a scope: those assigned there and at everything around it."""
    for each in cloud.of_type(ASSIGNMENT):
        place = str(each.body.get("scope")).lower()
        if each.body.get("principalId") == object_id and f"{scope.lower()}/".startswith(f"{place}/"):
            role = definition(cloud, str(each.body.get("roleDefinitionId")))
            if role is not None:
                yield Held(role, str(each.body.get("condition") or ""))


def answer(cloud: Writer, object_id: str, asked: Asked) -> Answer:
    """What Azure answers a principal. Assignments add up: one that allows the action is enough."""
    found = Answer.MISSING
    for each in held(cloud, object_id, asked.scope):
        if not _has(each.role, asked):
            continue
        if not each.condition or holds(parsed(each.condition), asked):
            return Answer.ALLOWED
        found = Answer.CONDITION
    return found


def _has(role: Definition, asked: Asked) -> bool:
    if not asked.data:
        return allowed(asked.action, role.permissions)
    rows = ({"actions": row["dataActions"], "notActions": row["notDataActions"]} for row in role.permissions)
    return allowed(asked.action, rows)


def about(action: str, scope: str, body: Properties) -> Asked:
    """A question about a resource: for a role assignment with what conditions may compare.

    ``body`` is what the request sends, and for a delete what is there. Only what a request says counts, not what Azure
    adds to it: without ``principalType`` there is none (hashicorp/terraform-provider-azurerm #24271).
    """
    source = next((source for each, source in _SOURCE_OF.items() if each.lower() == action.lower()), None)
    if source is None:
        return Asked(action, scope)
    values = {
        "RoleDefinitionId": str(body.get("roleDefinitionId") or "").rpartition("/")[2],
        "PrincipalId": str(body.get("principalId") or ""),
        "PrincipalType": str(body.get("principalType") or ""),
    }
    attributes = {attribute(source, f"{ASSIGNMENTS}:{name}"): value for name, value in values.items() if value}
    return Asked(action, scope, attributes)
