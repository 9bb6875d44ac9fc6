"""What differs between the inputs of a resource before and after a change, as a reviewer reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.facts.wire import SIGNATURE_KEY, UNKNOWN_STRING
from stacks.reports.events import Action, Change

LONGEST_VALUE = 60
"""Characters up to which a value is quoted."""
MOST = 6
"""Differences of one resource that are written out."""

_LATER = "known after the deployment"
_NONE = "none"


def differences(change: Change) -> tuple[str, ...]:
    """What an update or a replacement changes, ``sku.name: B1 → P1v3``; the rest is only counted. No secret is shown:
    the engine has hidden it, and what holds one is not looked into."""
    if change.action not in (Action.UPDATE, Action.REPLACE):
        return ()
    found = list(_between(change.before, change.after))
    more = len(found) - MOST
    return (*found[:MOST], *([f"{more} more"] if more > 0 else []))


def _between(before: Any, after: Any, path: str = "") -> Iterator[str]:
    if before == after:
        return
    if _plain_mapping(before) and _plain_mapping(after):
        for key in dict.fromkeys((*before, *after)):
            yield from _between(before.get(key), after.get(key), f"{path}.{key}" if path else str(key))
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _between(old, new, f"{path}[{number}]")
    else:
        yield f"{path}: {_shown(before)} → {_shown(after)}"


def _plain_mapping(value: Any) -> bool:
    return isinstance(value, Mapping) and SIGNATURE_KEY not in value


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _shown(value: Any) -> str:
    if value is None:
        return _NONE
    if value == UNKNOWN_STRING:
        return _LATER
    if isinstance(value, Mapping) and SIGNATURE_KEY in value:
        return "a secret"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return text if isinstance(value, str | int | float) and len(text) <= LONGEST_VALUE else "another value"
