"""What the schema of the settings says of one setting: its docstring, its type, what it may be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stacks.pages.settings_schema import settings_schema
from stacks.settings.loading import NAMESPACE, SCHEMAS
from stacks.settings.models import Settings

REFERENCE = "#/definitions/"
WITHIN = ("properties", "additionalProperties", "patternProperties", "items")
"""What a schema has where there is something below it."""
NUMBERS: Mapping[str, str] = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}


@dataclass(frozen=True)
class SettingWords:
    """A setting, or a section of settings."""

    path: str
    description: str
    type: str
    """``text``, ``a whole number``, ``a section``."""
    allowed: tuple[str, ...]
    """The words or numbers that it may be; empty: anything of its type."""
    fields: tuple[str, ...]
    """What is in a section; empty for a single setting."""


def setting_words(kind: type[Settings], path: str) -> SettingWords | None:
    """What is known of the setting at a path (``redis.sku``) of a kind of stack; ``None`` where there is none."""
    schema = _schema(kind)
    node: Any = {"properties": _settings(schema)}
    rest = path
    while rest:
        rest, node = _inner(schema, node, rest)
        if node is None:
            return None
    fields = tuple(node.get("properties", ()))
    return SettingWords(
        path=path,
        description=str(node.get("description", "")),
        type=_type(node) if fields or node.get("type") != "object" else "a mapping",
        allowed=tuple(_allowed(node)),
        fields=fields,
    )


def setting_paths(kind: type[Settings]) -> Iterator[str]:
    """Every path that settings of a kind have by themselves, sections included; keys that a person chooses are not."""
    schema = _schema(kind)

    def below(node: Any, path: str) -> Iterator[str]:
        for name, each in _resolved(schema, node).get("properties", {}).items():
            inner = f"{path}.{name}" if path else name
            yield inner
            yield from below(each, inner)

    yield from below({"properties": _settings(schema)}, "")


def kinds_with(path: str) -> Iterator[type[Settings]]:
    """The kinds of stacks that have a setting."""
    yield from (kind for kind in SCHEMAS if setting_words(kind, path) is not None)


@cache
def _schema(kind: type[Settings]) -> Mapping[str, Any]:
    return json.loads(settings_schema(kind))


def _settings(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ours of a configuration, without what is a secret."""
    prefix = f"{NAMESPACE}:"
    return {
        key.removeprefix(prefix): node
        for key, node in schema["properties"]["config"]["properties"].items()
        if key.startswith(prefix) and not node.get("writeOnly")
    }


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A node with what it refers to; its own description is the nearer one."""
    name = str(node.get("$ref", "")).removeprefix(REFERENCE)
    return {**schema["definitions"][name], **node} if name else node


def _inner(schema: Mapping[str, Any], node: Mapping[str, Any], path: str) -> tuple[str, Mapping[str, Any] | None]:
    """One step down a path: what is left of it, and the node, ``None`` for none. A key may hold dots."""
    found = _resolved(schema, node)
    known = [key for key in found.get("properties", ()) if path == key or path.startswith(f"{key}.")]
    if known:
        key = max(known, key=len)
        return path[len(key) + 1 :], _resolved(schema, found["properties"][key])
    anything = found.get("additionalProperties") or found.get("items")
    anything = anything or next(iter(found.get("patternProperties", {}).values()), None)
    # A key of a mapping of single values may hold dots, too.
    deeper = isinstance(anything, Mapping) and any(each in _resolved(schema, anything) for each in WITHIN)
    key, _, rest = path.partition(".") if deeper or "items" in found else (path, "", "")
    if not isinstance(anything, Mapping) or ("items" in found and not key.isdigit()):
        return "", None
    return rest, _resolved(schema, anything)


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a section",
    "null": "nothing",
}


def _type(node: Mapping[str, Any]) -> str:
    named = node.get("type", "")
    names = named if isinstance(named, list) else [named]
    return " or ".join(_TYPES[each] for each in names if each) or ("one of these" if "enum" in node else "")


def _allowed(node: Mapping[str, Any]) -> Iterator[str]:
    yield from map(str, node.get("enum", ()))
    yield from (f"{said} {node[key]}" for key, said in NUMBERS.items() if key in node)
    if "pattern" in node:
        yield f"what matches {node['pattern']}"
