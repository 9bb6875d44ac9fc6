"""Secrets of the offline world: values that a person sets once for a real stack are generated here, once per world.

The JSON schemas of the settings say which ones a stack needs: properties that are ``writeOnly``, what a list in the
settings contains where they are needed (``x-needed-where``) and their length (``x-lengths``), or which mapping names
what has an address (``x-addresses-of``). They are encrypted with the world's own passphrase in its ignored copy of the
settings; `make reset` deletes them.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from offline.engine.documents import parse

SCHEMAS = "docs/settings.*.schema.json"
CHARACTERS = 32
ADDRESSES = "x-addresses-of"
"""Marks a secret that is one https address for each name in a mapping of the settings."""


def missing_secrets(program: Path, settings: Path) -> Mapping[str, str]:
    """Generated values, by configuration key, for the secrets that a stack needs and its settings file lacks."""
    content: Any = parse(settings.read_text()) if settings.exists() else {}
    config: Mapping[str, Any] = content.get("config") or {}
    return {
        key: _addresses(config, secret[ADDRESSES]) if ADDRESSES in secret else _generated(secret["x-lengths"])
        for schema in sorted(program.glob(SCHEMAS))
        for key, secret in _secrets(schema)
        if key not in config and _needed(config, secret)
    }


def _needed(config: Mapping[str, Any], secret: Mapping[str, Any]) -> bool:
    """Whether the lists in the settings contain what the schema says, or name anything that has an address."""
    if ADDRESSES in secret:
        return bool(_named(config, secret[ADDRESSES]))
    return all(value in list(config.get(name) or ()) for name, value in secret["x-needed-where"].items())


def _named(config: Mapping[str, Any], where: Mapping[str, str]) -> list[str]:
    """What the settings name that has an address."""
    return [each for name, key in where.items() for each in (config.get(name) or {}).get(key) or ()]


def _addresses(config: Mapping[str, Any], where: Mapping[str, str]) -> str:
    """An address for each name, at a host that nobody has (RFC 2606), as the engine hands them over."""
    return json.dumps({name: f"https://{name}.example/{_generated([8, 40])}" for name in _named(config, where)})


def _secrets(schema: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every secret configuration value in one schema of a program's settings."""
    waiting: list[Any] = [json.loads(schema.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            properties = node.get("properties")
            for key, value in properties.items() if isinstance(properties, Mapping) else ():
                if isinstance(value, Mapping) and (value.get("writeOnly") or ADDRESSES in value):
                    yield key, value
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _generated(lengths: list[int]) -> str:
    """Letters of both cases and digits, as every password rule demands."""
    shortest, longest = lengths
    while True:
        value = secrets.token_urlsafe(max(CHARACTERS, shortest))[:longest]
        if all(any(kind(each) for each in value) for kind in (str.islower, str.isupper, str.isdigit)):
            return value
