"""What differs between a stack's state and the cloud, one line a difference."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from components.facts.owned_elsewhere import BY_KIND
from components.facts.resource_types import BY_TOKEN
from offline.engine.run import Engine, EngineFailed
from offline.world.store import World

VERSIONS = {"azure-native:keyvault:Secret": ("properties", "secretUriWithVersion")}
"""Outputs by which a change of something that is never shown is told. The engine calls an output that is no input too
no drift (pulumi #16146), so they are compared here."""


def drift_of(engine: Engine, stack: str) -> list[str]:
    """Refresh without writing and describe each difference: resource, property, was, is. Raises ``EngineFailed``."""
    done = engine.capture(["refresh", "--stack", stack, "--preview-only", "--json"])
    if done.returncode:
        raise EngineFailed(done.stderr.strip() or done.stdout.strip())
    return [*(line for step in _steps(done.stdout) for line in _lines(step)), *_versions(engine, stack)]


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


def _steps(text: str) -> Iterator[dict[str, Any]]:
    yield from json.loads(text).get("steps", []) if text.strip() else []


def _lines(step: dict[str, Any]) -> Iterator[str]:
    old, new = step.get("oldState") or {}, step.get("newState") or {}
    resource = f"{old.get('type')} {str(old.get('urn')).rpartition('::')[2]}"
    if step["op"] == "delete" or not new:
        yield f"{resource}: deleted behind Pulumi's back"
        return
    owned = _owned_elsewhere(str(old.get("type")))
    for path, was, now in _differences(old.get("outputs") or {}, new.get("outputs") or {}, ""):
        if path.split(".")[0].split("[")[0] in owned:
            continue
        yield f"{resource}: {path}: was {json.dumps(was)}, is {json.dumps(now)}"


def _owned_elsewhere(token: str) -> frozenset[str]:
    """The outputs that somebody else moves: no drift, they were let go."""
    row = BY_TOKEN.get(token)
    rows = BY_KIND.get(row.key, ()) if row else ()
    return frozenset(name for each in rows for name in (each.path, *each.follows))


def _differences(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif old != new:
        yield path, old, new
