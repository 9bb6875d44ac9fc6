"""Secrets in a template: parameters without a value. Which properties are secret is what the engine knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from components.facts.wire import SECRET_SIGNATURE, SIGNATURE_KEY
from offline.rpc.protocol import Properties

ITEM = "[]"
"""Any item of a list, in a path."""

Path = tuple[str, ...]


class Parameter(str):
    """A reference to a parameter of the template: text that is no text of the resource."""


def secret_paths(state: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of what is secret in the inputs or outputs of a resource in the engine's state."""
    if isinstance(state, dict):
        if _is_secret(state):
            yield path
            return
        for name, item in state.items():
            yield from secret_paths(item, (*path, name))
    elif isinstance(state, list):
        for item in state:
            yield from secret_paths(item, (*path, ITEM))


def completed(properties: Any, inputs: Any) -> Any:
    """Properties with those secrets of the inputs that nothing reads back, such as the value of a vault's secret: as
    empty texts, to be hidden."""
    if not isinstance(properties, dict) or not isinstance(inputs, dict):
        return properties
    result = dict(properties)
    for name, item in inputs.items():
        if name in result:
            result[name] = completed(result[name], item)
        elif _is_secret(item):
            result[name] = ""
    return result


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE_KEY) == SECRET_SIGNATURE


def hide(properties: Properties, paths: set[Path], resource: str) -> tuple[Properties, dict[str, str]]:
    """Properties with a parameter in place of each secret, and the type of each parameter by its name.

    ``resource`` is a name that no other resource of the template has.
    """
    parameters: dict[str, str] = {}

    def hidden(value: Any, path: Path, words: tuple[str, ...]) -> Any:
        if path in paths:
            name = re.sub(r"\W", "_", "_".join((resource, *words)))
            parameters[name] = "secureString" if isinstance(value, str) else "secureObject"
            return Parameter(f"[parameters('{name}')]")
        if isinstance(value, dict):
            return {name: hidden(item, (*path, name), (*words, name)) for name, item in value.items()}
        if isinstance(value, list):
            return [hidden(item, (*path, ITEM), (*words, str(number))) for number, item in enumerate(value)]
        return value

    return hidden(properties, (), ()), parameters
