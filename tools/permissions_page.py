"""docs/permissions.md: every action that a deployment asks of Azure Resource Manager, and which roles have them.

The same table that `mystira preflight` checks, made from what each stack registers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from components.facts.actions import GROUPS, NEVER_DELETED, type_of
from components.facts.types import RESOURCE_TYPES
from mystira.preflight.rights import allowed
from offline.azure.rights import BUILT_IN
from stacks.build.recording import recording_of
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.preflight.needs import contract_of
from stacks.preflight.rights import Right, rights_of
from stacks.settings.loading import SHARED

INTRODUCTION = """\
What the login of a deployment needs, at the scope where it needs it; a right at the subscription reaches everything in
it. `mystira preflight STACK` compares this table with the roles of the login. A pipeline gets no more than this.

No action on data is among them: secrets, keys and containers are written through Azure Resource Manager. The back end
of Pulumi, where the state lies in Azure, also needs rights on data, which `mystira:access` gives.
"""

ROLES: Sequence[tuple[str, ...]] = (
    ("Owner",),
    ("Contributor",),
    ("Contributor", "Role Based Access Control Administrator"),
    ("Contributor", "Role Based Access Control Administrator", "Locks Contributor"),
    ("Contributor", "User Access Administrator"),
)
"""Built-in roles that a deployment may have."""

SUBSCRIPTION, IN_GROUPS = "subscription", "resource groups"


def permissions_page() -> str:
    """The whole page."""
    made = plans()
    shared = recording_of(made[SHARED])
    rights = {
        stack: rights_of(shared if stack == SHARED else recording_of(plan, contract_of(shared)), plan.subscription_id)
        for stack, plan in made.items()
    }
    return page(
        "What a deployment may do",
        INTRODUCTION,
        "## Actions\n",
        table(("action", "at", "stacks", "why"), rows(rights)),
        "Never deleted through Azure Resource Manager, so that no action is needed:\n",
        table(("type", "why"), ((key, why) for key, why in NEVER_DELETED.items())),
        "## Built-in roles\n",
        table(("roles at the subscription", "missing in"), roles(rights)),
    )


def rows(rights: Mapping[str, Iterable[Right]]) -> Iterator[tuple[str, str, str, str]]:
    """One row for each action and kind of scope."""
    stacks: dict[tuple[str, str], dict[str, None]] = {}
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for stack, needed in rights.items():
        for right in needed:
            key = (f"`{right.action}`", where(right.scope))
            stacks.setdefault(key, {})[stack] = None
            reasons.setdefault(key, {}).update(dict.fromkeys(right.reason.split("; ")))
    for action, place in sorted(stacks, key=lambda key: (key[0].lower(), key[1])):
        key = (action, place)
        yield action, place, ", ".join(stacks[key]), "; ".join(reasons[key])


def where(scope: str) -> str:
    """A scope in words: the subscription, the stack's groups, or the type of a resource of `shared`."""
    kind = type_of(scope)
    if not kind:
        return SUBSCRIPTION
    if kind == GROUPS:
        return IN_GROUPS
    return next((f"{row.key} of `{SHARED}`" for row in RESOURCE_TYPES.values() if row.arm == kind), scope)


def roles(rights: Mapping[str, Iterable[Right]]) -> Iterator[tuple[str, str]]:
    """Which actions each combination of roles leaves out, by stack."""
    for names in ROLES:
        granted = [{"actions": BUILT_IN[name].actions, "notActions": BUILT_IN[name].not_actions} for name in names]
        missing: dict[str, list[str]] = {}
        for stack, needed in rights.items():
            lacking = sorted({f"`{right.action}`" for right in needed if not allowed(right.action, granted)})
            if lacking:
                missing.setdefault(", ".join(lacking), []).append(stack)
        said = "; ".join(f"{', '.join(stacks)}: {actions}" for actions, stacks in missing.items())
        yield " and ".join(names), said or "none"
