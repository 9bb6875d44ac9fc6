"""docs/permissions.md: what a deployment asks of Azure Resource Manager and Microsoft Graph, and which roles have it.

The same table that `mystira preflight` checks, made from what each stack registers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from components.facts.actions import GROUPS, NEVER_DELETED, allowed, role_for, type_of
from components.facts.types import DIRECTORY_TYPES, RESOURCE_TYPES
from offline.azure.role_definitions import BUILT_IN
from stacks.build.recording import Recording, recording_of
from stacks.pages.markdown import page, table
from stacks.pages.plans import plans
from stacks.preflight.needs import contract_of
from stacks.preflight.rights import Right, rights_of
from stacks.settings.loading import SHARED

INTRODUCTION = """\
What the login of a deployment needs, at the scope where it needs it; a right at the subscription reaches everything in
it. `mystira preflight STACK` compares this table with the roles of the login. A pipeline gets no more than this.

No action on data is among them: secrets, keys and containers are written through Azure Resource Manager. The back end
of Pulumi, where the state lies in Azure, also needs rights on data (docs/runbooks/state.md).
"""

OUTSIDE = """\
## At the subscription alone

What lies in no resource group is reached by no role at one. A person gives these roles at the subscription; a run that
lacks one waits twelve minutes for it and says which (docs/runbooks/subscription.md, docs/runbooks/costs.md).
"""

GRAPH = """\
## Microsoft Graph

What a login needs for the objects of an Entra tenant. These are the least permissions of an application, which a
pipeline has; a person has a directory role instead: Application Administrator, Groups Administrator and, for policies,
Conditional Access Administrator. `Application.ReadWrite.OwnedBy` and `Group.Create` reach what the login owns.
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
    recordings = {
        stack: shared if stack == SHARED else recording_of(plan, contract_of(shared)) for stack, plan in made.items()
    }
    rights = {stack: rights_of(found, made[stack].subscription_id) for stack, found in recordings.items()}
    return page(
        "What a deployment may do",
        INTRODUCTION,
        "## Actions\n",
        table(("action", "at", "stacks", "why"), rows(rights)),
        "Never deleted through Azure Resource Manager, so that no action is needed:\n",
        table(("type", "why"), ((key, why) for key, why in NEVER_DELETED.items())),
        "## Built-in roles\n",
        table(("roles at the subscription", "missing in"), roles(rights)),
        OUTSIDE,
        table(("role", "for", "stacks"), outside(rights)),
        GRAPH,
        table(("type", "to read", "to write", "stacks", "source"), graph(recordings)),
    )


def graph(recordings: Mapping[str, Recording]) -> Iterator[tuple[str, ...]]:
    """The permissions for each type of object that a stack registers."""
    for row in sorted(DIRECTORY_TYPES.values(), key=lambda row: row.key):
        using = [stack for stack, found in recordings.items() if any(each.row is row for each in found.everything)]
        if using:
            read, write = (", ".join(f"`{each}`" for each in names) for names in (row.read, row.write))
            yield row.key, read, write, ", ".join(using), row.source


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


def outside(rights: Mapping[str, Iterable[Right]]) -> Iterator[tuple[str, str, str]]:
    """What each role at the subscription is for, and which stacks have it."""
    found: dict[str, tuple[set[str], dict[str, None]]] = {}
    for stack, needed in rights.items():
        for right in needed:
            if role := role_for(right.action, right.scope):
                kinds, stacks = found.setdefault(role, (set(), {}))
                kinds.add(f"`{right.action.rpartition('/')[0]}`")
                stacks[stack] = None
    for role, (kinds, stacks) in sorted(found.items()):
        yield role, ", ".join(sorted(kinds)), ", ".join(stacks)


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
        granted = [row for name in names for row in BUILT_IN[name].permissions]
        missing: dict[str, list[str]] = {}
        for stack, needed in rights.items():
            lacking = sorted({f"`{right.action}`" for right in needed if not allowed(right.action, granted)})
            if lacking:
                missing.setdefault(", ".join(lacking), []).append(stack)
        said = "; ".join(f"{', '.join(stacks)}: {actions}" for actions, stacks in missing.items())
        yield " and ".join(names), said or "none"
