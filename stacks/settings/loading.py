"""From a stack file, or from the engine's configuration, to typed settings."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.problems import InvalidInput, Problem
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings
from stacks.settings.secrets import NAMES, clear_text_problems

NAMESPACE = "mystira"
SHARED = "shared"
STACKS = (SHARED, "dev", "staging", "prod")
READ = "docs/settings.schema.json"


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML in which a key stands once: the usual loader silently keeps the last.

    The one of libyaml, which is part of every published wheel of PyYAML: ten times as fast.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [str(self.construct_object(key)) for key, _ in node.value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def file_name(stack: str) -> str:
    """The settings file of a stack."""
    return f"Pulumi.{stack}.yaml"


def from_file(stack: str, folder: Path) -> Settings:
    """The settings of a stack from its file in ``folder``. Raises :class:`~components.problems.InvalidInput`."""
    source = file_name(stack)
    try:
        content = yaml.load((folder / source).read_text(), Loader=_UniqueKeyLoader)  # a safe loader
    except OSError as error:
        raise InvalidInput([Problem(source, "the file cannot be read", str(error.strerror))]) from error
    except yaml.YAMLError as error:
        raise InvalidInput([Problem(source, "not YAML", " ".join(str(error).split()), "", READ)]) from error
    config = content.get("config") if isinstance(content, dict) else None
    if not isinstance(config, dict):
        raise InvalidInput([Problem(f"{source}: config", "missing", type(config).__name__, "a mapping", READ)])
    prefix = NAMESPACE + ":"
    found = {str(key).removeprefix(prefix): value for key, value in config.items() if str(key).startswith(prefix)}
    clear = list(clear_text_problems(source, found))
    if clear:
        raise InvalidInput(clear)
    return load(stack, {key: value for key, value in found.items() if key not in NAMES})


def from_engine(stack: str, values: Mapping[str, str]) -> Settings:
    """The settings of a stack from the engine's configuration, where objects come as JSON. Secrets are no settings."""
    prefix = NAMESPACE + ":"
    found = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
    return load(stack, {key: _decoded(value) for key, value in found.items() if key not in NAMES})


def load(stack: str, config: Mapping[str, Any]) -> Settings:
    """Check ``config`` (field → value) and return typed settings, or raise with every problem of the file."""
    if stack not in STACKS:
        raise InvalidInput([Problem("stack", "unknown", stack, ", ".join(STACKS), READ)])
    model: type[Settings] = SharedSettings if stack == SHARED else EnvironmentSettings
    try:
        return model.model_validate(dict(config))
    except ValidationError as error:
        raise InvalidInput(_problem(stack, detail) for detail in _innermost(error.errors())) from None


def _decoded(value: str) -> Any:
    try:
        return json.loads(value) if value[:1] in "{[" else value
    except json.JSONDecodeError:
        return value


def _innermost(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Without the complaints about a whole that only follow from a complaint about one of its parts."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if not any(len(place) > len(detail["loc"]) and place[: len(detail["loc"])] == detail["loc"] for place in places)
    ]


def _problem(stack: str, detail: ErrorDetails) -> Problem:
    where = ".".join(str(part) for part in detail["loc"] if part != "[key]")
    path = f"{file_name(stack)}: {NAMESPACE}:{where}"
    kind, message = detail["type"], detail["msg"]
    if kind == "missing":
        return Problem(path, "missing", "", "a value", READ)
    seen = json.dumps(detail["input"], default=str)
    if kind == "extra_forbidden":
        return Problem(path, "unknown key", seen, "the keys of the schema", READ)
    if kind == "value_error":
        return Problem(path, "not allowed", seen, message.removeprefix("Value error, "), READ)
    return Problem(path, "not allowed", seen, message, READ)
