"""The differences between a stack's state and the cloud, one line each: changed, deleted or added."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from components.facts.types import REGISTERED_BY_TOKEN, RESOURCE_TYPES
from offline.engine.run import Engine
from offline.secrecy import PLACEHOLDER
from offline.world.store import World

GROUP = RESOURCE_TYPES["resource-group"].token
MADE = ("create", "add")
"""The operations that create a resource."""
VERSIONS = {"azure-native:keyvault:Secret": ("properties", "secretUriWithVersion")}
"""Outputs that reveal a change of a value that is never shown. The engine does not report drift of outputs that are not
also inputs (pulumi #16146), so they are compared here."""


def drift_of(engine: Engine, stack: str) -> list[str]:
    """Refresh without writing and describe each difference: resource, property, old and new value.

    Raises :class:`~offline.engine.run.EngineFailed`.
    """
    found = engine.json(["refresh", "--stack", stack, "--preview-only", "--json"])
    lines = [line for step in found.get("steps") or [] for line in lines_of(step)]
    return [*lines, *_versions(engine, stack), *_added(engine, stack)]


def _added(engine: Engine, stack: str) -> Iterator[str]:
    """What somebody created in the stack's resource groups. What Azure itself creates has no operation in the log."""
    world = World(engine.home.cloud)
    known = {str(each.get("id")).lower() for name in engine.stacks() for each in engine.resources(name)}
    groups = groups_of(engine, stack)
    made = {id.lower() for verb, _, id, outcome in world.operations() if verb in MADE and outcome == "done"}
    for each in world.all():
        id = each.id.lower()
        if id not in known and id in made and id.startswith(groups):
            yield f"{each.token} {each.id}: added behind Pulumi's back"


def groups_of(engine: Engine, stack: str) -> tuple[str, ...]:
    """The prefixes, in lower case, of the ids of everything in the stack's resource groups."""
    return tuple(f"{each['id']}/".lower() for each in engine.resources(stack) if each["type"] == GROUP)


def _versions(engine: Engine, stack: str) -> Iterator[str]:
    world = World(engine.home.cloud)
    for resource in engine.resources(stack):
        token, path = str(resource["type"]), VERSIONS.get(str(resource["type"]))
        found = world.get(str(resource["id"])) if path else None
        if path is None or found is None:
            continue
        was, now = _at(resource.get("outputs"), path), _at(found.body, path)
        if was != now:
            name = str(resource["urn"]).rpartition("::")[2]
            yield f"{token} {name}: {'.'.join(path)}: was {json.dumps(was)}, is {json.dumps(now)}"


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def lines_of(step: dict[str, Any]) -> Iterator[str]:
    """The differences in one step of `pulumi refresh --preview-only --json`.

    Only what is an input before or after counts: the engine makes a step where inputs differ, which then also has
    changed outputs that describe other resources, such as the number of sites of a plan.
    """
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    resource = f"{old.get('type')} {str(old.get('urn')).rpartition('::')[2]}"
    if step["op"] == "delete" or not new:
        yield f"{resource}: deleted behind Pulumi's back"
        return
    owned = _owned_elsewhere(str(old.get("type")))
    inputs = [each.get("inputs") or {} for each in (old, new)]
    was_all, now_all = (_asked_for(each.get("outputs") or {}, inputs) for each in (old, new))
    for path, was, now in _differences(was_all, now_all, ""):
        if _within(path, owned):
            continue
        if PLACEHOLDER in (was, now):
            was = now = PLACEHOLDER
        yield f"{resource}: {path}: was {json.dumps(was)}, is {json.dumps(now)}"
    for path in sorted(step.get("detailedDiff") or {}):
        if not _within(path, owned) and _hides(was_all, path) and _hides(now_all, path):
            yield f"{resource}: {path}: was {json.dumps(PLACEHOLDER)}, is {json.dumps(PLACEHOLDER)}"


def _asked_for(outputs: Any, inputs: list[Any]) -> Any:
    """What of the outputs some of the inputs have as well; all of it where an input is a secret or says nothing of
    what is inside."""
    if isinstance(outputs, dict) and all(isinstance(each, dict) for each in inputs):
        within = {key: [each[key] for each in inputs if key in each] for key in outputs}
        return {key: _asked_for(value, within[key]) for key, value in outputs.items() if within[key]}
    if isinstance(outputs, list) and all(isinstance(each, list) for each in inputs):
        elements = [element for each in inputs for element in each]
        return [_asked_for(each, elements) for each in outputs] if elements else outputs
    return outputs


def _within(path: str, owned: frozenset[str]) -> bool:
    """Whether a path (`pools[0].count`, `storage.size`) is one of these or inside one of them."""
    return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in owned)


def _hides(value: Any, path: str) -> bool:
    """Whether a secret stands at a path (`rules[0].name`) or above it."""
    for part in re.findall(r"[^.\[\]]+", path):
        if value == PLACEHOLDER:
            return True
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value == PLACEHOLDER


def _owned_elsewhere(token: str) -> frozenset[str]:
    """The properties that another owner changes, so that they are no drift."""
    row = REGISTERED_BY_TOKEN.get(token)
    return frozenset(each.path for each in getattr(row, "owned_elsewhere", ()))


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif old != new:
        yield path, old, new
