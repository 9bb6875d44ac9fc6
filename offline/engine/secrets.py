"""Secrets of the offline world: values that a person sets once for a real stack are generated here, once per world.

The JSON schemas of the settings say which ones a stack needs: properties that are ``writeOnly``, what a list in the
settings contains where they are needed (``x-needed-where``) and their length (``x-lengths``). They are encrypted with
the world's own passphrase in its ignored copy of the settings; `make reset` deletes them.
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


def missing_secrets(program: Path, settings: Path) -> Mapping[str, str]:
    """Generated values, by configuration key, for the secrets that a stack needs and its settings file lacks."""
    content: Any = parse(settings.read_text()) if settings.exists() else {}
    config: Mapping[str, Any] = content.get("config") or {}
    return {
        key: _generated(secret["x-lengths"])
        for schema in sorted(program.glob(SCHEMAS))
        for key, secret in _secrets(schema)
        if key not in config and _needed(config, secret["x-needed-where"])
    }


def _needed(config: Mapping[str, Any], where: Mapping[str, str]) -> bool:
    """Whether the lists in the settings contain what ``where`` says."""
    return all(value in list(config.get(name) or ()) for name, value in where.items())


def _secrets(schema: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every secret configuration value in one schema of a program's settings."""
    waiting: list[Any] = [json.loads(schema.read_text())]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            properties = node.get("properties")
            for key, value in properties.items() if isinstance(properties, Mapping) else ():
                if isinstance(value, Mapping) and value.get("writeOnly"):
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
