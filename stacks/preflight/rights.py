"""The actions that a login needs to bring a stack up, change it and take it down: one table for page and check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.facts.actions import FUNCTIONS, GROUPS, LISTED, NEVER_DELETED, linked, type_of
from stacks.build.recording import CREDENTIALS, Call, Recording, Registration

WRITE, READ, DELETE = "write", "read", "delete"
VERBS: Mapping[str, str] = {
    WRITE: "creates and updates",
    READ: "compares",
    DELETE: "replaces and destroys",
}
"""The actions on a resource of the stack itself, and what the engine does with each."""

REASONS: Mapping[str, str] = {CREDENTIALS: "what is in the cluster"}
"""By function about a resource that lists something else than a key: who asks."""


@dataclass(frozen=True, order=True)
class Right:
    """One action that the login must be allowed."""

    action: str
    """As Azure writes it: ``Microsoft.KeyVault/vaults/write``."""
    scope: str
    """The id of the subscription or resource group at which it is needed, or of a resource of another stack."""
    reason: str
    """What needs it, in words."""


def rights_of(recording: Recording, subscription: str) -> tuple[Right, ...]:
    """Every right that a recording needs, each once for a scope, with all its reasons."""
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    spelled: dict[tuple[str, str], Right] = {}
    for asked in _asked(recording, subscription):
        key = (asked.action.lower(), asked.scope.lower())
        spelled.setdefault(key, asked)
        reasons.setdefault(key, {})[asked.reason] = None
    return tuple(sorted(Right(one.action, one.scope, "; ".join(sorted(reasons[key]))) for key, one in spelled.items()))


def _asked(recording: Recording, subscription: str) -> Iterator[Right]:
    root = f"/subscriptions/{subscription}"
    own = {each.id.lower(): each.id for each in recording.registrations if type_of(each.id) == GROUPS}
    for each in recording.registrations:
        yield from _own_actions(each, _scope(each.id, own, root))
        yield from _linked_actions(each, own, root)
    for call in recording.calls:
        yield from _function(call, root, own)


def _own_actions(each: Registration, scope: str) -> Iterator[Right]:
    for verb, what in VERBS.items():
        if verb != DELETE or each.row.key not in NEVER_DELETED:
            yield Right(f"{type_of(each.id)}/{verb}", scope, f"{what} {each.row.key}")
    if each.row.key in LISTED:
        yield Right(f"{type_of(each.id)}/{LISTED[each.row.key]}", scope, f"{VERBS[READ]} {each.row.key}")


def _linked_actions(each: Registration, own: Mapping[str, str], root: str) -> Iterator[Right]:
    for action, id in linked(each.id, each.inputs):
        yield Right(action, _scope(id, own, root), f"{each.row.key} refers to it")


def _function(call: Call, root: str, own: Mapping[str, str]) -> Iterator[Right]:
    """Raises ``KeyError`` for a function without a row in components/facts/actions.py."""
    action = FUNCTIONS[call.token]
    if not action:
        return
    group = str(call.arguments.get("resourceGroupName", ""))
    scope = own.get(f"{root}/resourceGroups/{group}".lower(), root) if group else root
    reason = REASONS.get(call.token, "a vault holds a key of it") if group else "asks before the first resource"
    yield Right(action, scope, reason)


def _scope(id: str, own: Mapping[str, str], root: str) -> str:
    """Where a right on a resource is needed: at the subscription if it belongs to that, in its group if the stack has
    that, else at the resource itself."""
    if type_of(id) == GROUPS:
        return root
    group = "/".join(id.split("/")[:5])
    if id.lower().startswith(f"{root}/providers/".lower()):
        return root
    return own.get(group.lower(), _outermost(id))


def _outermost(id: str) -> str:
    """The resource that an id begins with: the namespace of a queue, the registry of a role assignment."""
    parts = id.split("/")
    return "/".join(parts[:9])
