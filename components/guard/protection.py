"""What holds data is protected, and a preview says which change asks to replace it, or what else would be missed.

Pulumi refuses to replace a protected resource and names the resource, not the reason. In a preview it plans the
replacement all the same, and hooks see both halves of it: the delete has the old inputs, the create the new ones.

A delete hook also makes ``pulumi destroy`` ask for ``--run-program``, without which no hook of this program runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pulumi
from pulumi.runtime import is_dry_run

from components.facts.ids import placeholders
from components.facts.model import RegisteredType, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN

READ = "docs/runbooks/protection.md"
LONGEST_VALUE = 60
"""Characters up to which a value is quoted."""


class Replacements:
    """Compares both halves of each replacement in a preview. Their names are in the state: they cannot change."""

    def __init__(self) -> None:
        self._deleted: dict[str, Mapping[str, Any]] = {}
        preview = pulumi.ResourceHookOptions(on_dry_run=True)
        self._hooks = pulumi.ResourceHookBinding(
            before_delete=[pulumi.ResourceHook("before-data-is-deleted", self.before_delete, preview)],
            before_create=[pulumi.ResourceHook("before-data-is-created", self.before_create, preview)],
        )

    @property
    def hooks(self) -> pulumi.ResourceHookBinding:
        """What a resource is registered with whose replacement is worth a word."""
        return self._hooks

    def before_delete(self, args: pulumi.ResourceHookArgs) -> None:
        """The first half: remember what is there."""
        self._deleted[args.urn] = args.old_inputs or {}

    def before_create(self, args: pulumi.ResourceHookArgs) -> None:
        """The second half: say why the two differ."""
        before = self._deleted.pop(args.urn, None)
        if before is not None and is_dry_run():
            pulumi.log.warn(replacement(REGISTERED_BY_TOKEN[args.type], args.name, before, args.new_inputs or {}))


def replacement(row: RegisteredType, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The sentence about a replacement that loses data, or interrupts something."""
    changed = dict(_changes(before, after))
    fixed = [*(each.path for each in row.creation_only if each.replaces), *_of_the_id(row)]
    reasons = {path: change for path, change in changed.items() if _within(path, fixed)} or changed
    if row.holds_data:
        what, allowed = "the resource would be deleted with its data and created again, empty", "the old value, or"
    else:
        what, allowed = f"the resource is deleted, then created again: {row.replacement_cost}", "this, or"
    seen = ", ".join(f"{path}: {change}" for path, change in reasons.items())
    return (
        f"{row.key} {name}: Azure cannot change this in place: {what}; seen: {seen}; allowed: {allowed} a new resource "
        f"next to it; read: {READ}"
    )


def _of_the_id(row: RegisteredType) -> list[str]:
    return placeholders(row) if isinstance(row, ResourceType) else []


def _within(path: str, others: Iterable[str]) -> bool:
    """Whether a path is one of these, or a part of one, or contains one."""
    return any(f"{path}.".startswith(f"{each}.") or each.startswith(f"{path}.") for each in others)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """The paths at which inputs differ, with both values where these are short and not secret."""
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changes(old, new, f"{above}{key}.")
        elif old != new and not isinstance(old, pulumi.Output) and not isinstance(new, pulumi.Output):
            yield f"{above}{key}", f"{_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    if value is None:
        return "none"
    return str(value) if isinstance(value, str | int | float) and len(str(value)) <= LONGEST_VALUE else "another value"
