"""What the login may do: built-in roles, and actions that were taken from them.

The roles are at the subscription, so that they hold everywhere in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.facts.actions import type_of
from offline.azure.errors import ArmError
from offline.azure.subscription import CALLER, CLIENT_ID
from offline.rpc.protocol import Properties
from offline.world.limits import Limits

RUNBOOK = "docs/permissions.md"
OWNER = "Owner"


@dataclass(frozen=True)
class BuiltIn:
    """The control-plane actions of a role (Microsoft: Azure built-in roles, 2026-08-22)."""

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()


BUILT_IN: Mapping[str, BuiltIn] = {
    OWNER: BuiltIn(("*",)),
    "Contributor": BuiltIn(
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
            "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
            "Microsoft.Subscription/cancel/action",
            "Microsoft.Subscription/enable/action",
        ),
    ),
    "Reader": BuiltIn(("*/read",)),
    "Role Based Access Control Administrator": BuiltIn(
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        )
    ),
    "User Access Administrator": BuiltIn(("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*")),
    "Locks Contributor": BuiltIn(
        (
            "Microsoft.Authorization/locks/read",
            "Microsoft.Authorization/locks/write",
            "Microsoft.Authorization/locks/delete",
        )
    ),
}
"""By name."""


def permissions(limits: Limits) -> list[Properties]:
    """The roles of the login as ``Microsoft.Authorization/permissions`` lists them: one entry for each role."""
    roles, without = limits.roles() or [OWNER], limits.without()
    return [
        {
            "actions": list(BUILT_IN[name].actions),
            "notActions": [*BUILT_IN[name].not_actions, *without],
            "dataActions": [],
            "notDataActions": [],
        }
        for name in roles
    ]


def allowed(action: str, found: Iterable[Properties]) -> bool:
    """Whether any role has the action and does not exclude it."""
    return any(
        any(_fits(action, each) for each in role["actions"])
        and not any(_fits(action, each) for each in role["notActions"])
        for role in found
    )


def _fits(action: str, pattern: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), action, re.IGNORECASE))


def check_right(limits: Limits, id: str, verb: str) -> None:
    """Raise Azure's refusal where the login may not ``read``, ``write`` or ``delete`` a resource."""
    action = f"{type_of(id)}/{verb}"
    if allowed(action, permissions(limits)):
        return
    message = (
        f"The client '{CLIENT_ID}' with object id '{CALLER}' does not have authorization to perform action '{action}' "
        f"over scope '{id}' or the scope is invalid. If access was recently granted, please refresh your credentials."
    )
    raise ArmError("AuthorizationFailed", message, f"give the login a role with it; read {RUNBOOK}", status=403)
