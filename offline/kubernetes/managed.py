"""Who owns which fields of an object, before an update applies (provider/pkg/await/await.go ``fixCSAFieldManagers``,
``handleSSAIgnoreFields``, ``patchForce``)."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from offline.kubernetes.kinds import annotation
from offline.kubernetes.paths import parsed, written
from offline.rpc.protocol import Properties

APPLY, UPDATE = "Apply", "Update"
TAKEN: tuple[tuple[str, str], ...] = (
    ("kubectl", APPLY),
    ("kubectl", UPDATE),
    ("before-first-apply", UPDATE),
    ("pulumi-kubernetes", UPDATE),
    ("pulumi-kubernetes.exe", UPDATE),
    ("pulumi-resource-kubernetes", UPDATE),
)
"""The managers, by the beginning of their names, and operations whose fields the provider takes over."""

OWN = ("pulumi-resource-kubernetes", "pulumi-kubernetes", "pulumi-kubernetes.exe")
FORCE_ANNOTATION = "pulumi.com/patchForce"


def taken_over(live: Mapping[str, Any], manager: str) -> list[Properties] | None:
    """The entries of ``managedFields`` with the creator's fields given to ``manager``; ``None`` if nothing moves."""
    entries: list[Properties] = copy.deepcopy(_entries(live))
    mine = next((each for each in entries if (each.get("manager"), each.get("operation")) == (manager, APPLY)), None)
    kept: list[Properties] = []
    moved = False
    for entry in entries:
        if entry is mine:
            continue
        if not _is_taken(entry):
            kept.append(entry)
            continue
        moved = True
        if mine is None:
            mine = Properties(entry, manager=manager, operation=APPLY)
        else:
            mine["fieldsV1"] = _union(mine.get("fieldsV1") or {}, entry.get("fieldsV1") or {})
    return [*kept, mine] if moved and mine is not None else None


def without_ignored(inputs: Properties, live: Mapping[str, Any], manager: str, ignore: Sequence[str]) -> Properties:
    """Inputs for an apply: of the ignored paths, what only others own is left out, the rest stays as it is live."""
    inputs = copy.deepcopy(inputs)
    ours = [each for each in _entries(live) if each.get("manager") == manager]
    theirs = [each for each in _entries(live) if each.get("manager") != manager]
    for path in ignore:
        # The provider knows no key with a dot and no element of a list here.
        parts = written(parsed(path)).split(".")
        if _owned(theirs, parts) and not _owned(ours, parts):
            _remove(inputs, parts)
        else:
            _take(inputs, live, parts)
    return inputs


def forced(inputs: Mapping[str, Any], live: Mapping[str, Any], *, preview: bool) -> bool:
    """Whether an apply takes fields from other managers: a preview does as long as the creator's are not moved."""
    if annotation(inputs, FORCE_ANNOTATION) == "true" or not _entries(live):
        return True
    return preview and any(each.get("operation") == UPDATE and each.get("manager") in OWN for each in _entries(live))


def _entries(live: Mapping[str, Any]) -> list[Properties]:
    return (live.get("metadata") or {}).get("managedFields") or []


def _is_taken(entry: Mapping[str, Any]) -> bool:
    name, operation = str(entry.get("manager")), entry.get("operation")
    taken = any(name.startswith(start) and operation == each for start, each in TAKEN)
    return taken and not entry.get("subresource")


def _union(one: Mapping[str, Any], other: Mapping[str, Any]) -> Properties:
    both = {key: _union(one[key], other[key]) for key in one.keys() & other.keys()}
    return {**one, **other, **both}


def _owned(entries: Sequence[Mapping[str, Any]], parts: Sequence[str]) -> bool:
    return any(_reaches(each.get("fieldsV1") or {}, parts) for each in entries)


def _reaches(fields: Mapping[str, Any], parts: Sequence[str]) -> bool:
    if not parts:
        return True
    inside = fields.get(f"f:{parts[0]}")
    return inside is not None and _reaches(inside, parts[1:])


def _remove(body: Properties, parts: Sequence[str]) -> None:
    for part in parts[:-1]:
        inside = body.get(part)
        if not isinstance(inside, dict):
            return
        body = inside
    body.pop(parts[-1], None)


def _take(body: Properties, live: Any, parts: Sequence[str]) -> None:
    """Set what the live object has at a path, if it has it."""
    for part in parts:
        if not isinstance(live, dict) or part not in live:
            return
        live = live[part]
    for part in parts[:-1]:
        body = body.setdefault(part, {})
        if not isinstance(body, dict):
            return
    body[parts[-1]] = copy.deepcopy(live)
