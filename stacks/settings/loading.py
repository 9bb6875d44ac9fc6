"""From a settings file, or from the engine's configuration, to typed settings."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from components.problems import InvalidInput, Problem
from stacks.settings.characters import control_problems
from stacks.settings.config_secrets import clear_text_problems, is_secret
from stacks.settings.models import EnvironmentSettings, Settings, SharedSettings
from stacks.settings.others import OtherStack
from stacks.settings.positions import with_lines

M = TypeVar("M", bound=BaseModel)

NAMESPACE = "mystira"
SHARED = "shared"
STACKS = (SHARED, "dev", "staging", "prod")
"""The stacks of the platform, in the order in which they are brought up; each is the environment of its name."""

DEFAULT_PROVIDERS = "pulumi:disable-default-providers"
"""Switches off the providers that Pulumi would make from whatever login it finds."""

PULUMI_KEYS: Mapping[str, str] = {
    DEFAULT_PROVIDERS: 'Must be ["*"]: every resource names its provider, which is checked against `mystira:azure`.',
    "pulumi:autonaming": "How Pulumi names what has no name; everything here has one.",
    "pulumi:tags": "Tags of the stack in its back end.",
    "pulumi:template": "The template that the stack was made from; Pulumi writes it.",
}
"""The keys of other namespaces that a stack may have, and what they mean. Anything else would never be read."""

TOP_LEVEL = ("config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt")
"""What Pulumi reads in a settings file."""

SCHEMAS: Mapping[type[Settings], str] = {
    SharedSettings: "docs/settings.shared.schema.json",
    EnvironmentSettings: "docs/settings.environment.schema.json",
}
"""The JSON schema of each kind of settings file."""

QUOTED = '"on" or "off" with the quotes: YAML reads the bare words as true and false'

EXPECTED: Mapping[str, str] = {
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "string_type": "text, in quotes where it looks like a number or a date",
    "int_type": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true, false",
}
"""What would have been right, by pydantic's type of error, where its own message uses terms of Python."""


class _UniqueKeyLoader(yaml.CSafeLoader):
    """YAML in which each key occurs once: other loaders silently keep the last.

    The one of libyaml, which is part of every published wheel of PyYAML: ten times as fast.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(self.construct_object(key))
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {name}", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def file_name(stack: str) -> str:
    """The settings file of a stack."""
    return f"Pulumi.{stack}.yaml"


def from_file(stack: str, folder: Path) -> Settings:
    """The settings of a stack from its file in ``folder``. Raises :class:`~components.problems.InvalidInput`."""
    with with_lines(folder):
        return load(stack, configuration(stack, folder))


def configuration(stack: str, folder: Path) -> dict[str, Any]:
    """What the file of a stack says of its settings, by field, before they are checked; secrets are no settings.

    Raises :class:`~components.problems.InvalidInput`.
    """
    with with_lines(folder):
        config = _file_config(stack, folder)
        found = _ours(config)
        refused = [*clear_text_problems(file_name(stack), found), *_foreign_problems(stack, config)]
        if refused:
            raise InvalidInput(refused)
        return {key: value for key, value in found.items() if not is_secret(key)}


def _ours(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a configuration contains in the project's namespace, by field."""
    prefix = f"{NAMESPACE}:"
    return {str(key).removeprefix(prefix): value for key, value in config.items() if str(key).startswith(prefix)}


def _foreign_problems(stack: str, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Keys of other namespaces: what a mistyped one was meant to switch on would stay off, and nobody would know."""
    source = file_name(stack)
    known = [*PULUMI_KEYS, *(f"{NAMESPACE}:{field}" for field in _model_of(stack, _ours(config)).model_fields)]
    for key in map(str, config):
        if not key.startswith(f"{NAMESPACE}:") and key not in PULUMI_KEYS:
            yield Problem(f"{source}: {key}", "nothing reads this key", key, ", ".join(known))
    if _decoded(config.get(DEFAULT_PROVIDERS)) != ["*"]:
        what = "missing" if DEFAULT_PROVIDERS not in config else "not allowed"
        seen = json.dumps(config[DEFAULT_PROVIDERS], default=str) if DEFAULT_PROVIDERS in config else ""
        yield Problem(f"{source}: {DEFAULT_PROVIDERS}", what, seen, '["*"]', "docs/runbooks/limits.md")


def _file_config(stack: str, folder: Path) -> dict[str, Any]:
    """The configuration in a file."""
    source = file_name(stack)
    try:
        content = _parsed((folder / source).read_text())
    except OSError as error:
        raise InvalidInput([Problem(source, "the file cannot be read", str(error.strerror))]) from error
    except UnicodeDecodeError as error:
        raise InvalidInput([Problem(source, "not text in UTF-8", str(error))]) from error
    except yaml.YAMLError as error:
        raise InvalidInput([_yaml_problem(source, error)]) from error
    config = content.get("config") if isinstance(content, dict) else None
    unknown = [str(key) for key in content if key not in TOP_LEVEL] if isinstance(content, dict) else []
    if unknown:
        what, allowed = "nothing reads this key", ", ".join(TOP_LEVEL)
        raise InvalidInput(Problem(f"{source}: {key}", what, key, allowed) for key in unknown)
    if not isinstance(config, dict):
        what = "missing" if config is None else "not allowed"
        raise InvalidInput([Problem(f"{source}: config", what, "", "a mapping")])
    bare = [str(key) for key in config if ":" not in str(key)]
    if bare:
        what = "a key without its namespace"
        raise InvalidInput(Problem(f"{source}: {key}", what, key, f"{NAMESPACE}:{key}") for key in bare)
    return {str(key): value for key, value in config.items()}


@lru_cache(maxsize=16)
def _parsed(text: str) -> Any:
    """The content of a document, which nobody changes. A plan reads the files of all stacks, its own twice."""
    return yaml.load(text, Loader=_UniqueKeyLoader)  # a safe loader


def _yaml_problem(source: str, error: yaml.YAMLError) -> Problem:
    """An error of the parser, without its quotation of the file, which may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    what = problem if isinstance(error, yaml.constructor.ConstructorError) else f"not YAML: {problem}"
    return Problem(source, what, line=mark.line + 1 if mark else None)


def from_engine(stack: str, values: Mapping[str, str]) -> Settings:
    """The settings of a stack from the engine's configuration, where objects come as JSON. Secrets are not settings."""
    foreign = list(_foreign_problems(stack, values))
    if foreign:
        raise InvalidInput(foreign)
    return load(stack, {key: _decoded(value) for key, value in _ours(values).items() if not is_secret(key)})


def stacks_in(folder: Path) -> list[str]:
    """The stacks with a settings file in ``folder``: those of the platform first, in their order."""
    found = sorted(file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in folder.glob(file_name("*")))
    return [*(stack for stack in STACKS if stack in found), *(stack for stack in found if stack not in STACKS)]


def environment_of(stack: str, settings: Settings) -> str:
    """The environment of a stack: the setting, by default the stack's own name."""
    return settings.environment or stack


def other_stack(stack: str, folder: Path) -> OtherStack:
    """What other stacks depend on in the settings of ``stack``. Raises :class:`~components.problems.InvalidInput`."""
    with with_lines(folder):
        return _validated(stack, OtherStack, _ours(_file_config(stack, folder)))


def load(stack: str, config: Mapping[str, Any]) -> Settings:
    """Check ``config`` (field → value) and return typed settings, or raise with every problem of the file."""
    refused = list(control_problems(f"{file_name(stack)}: {NAMESPACE}:", config))
    if refused:
        raise InvalidInput(refused)
    environment = config.get("environment") or stack
    if environment not in STACKS:
        path, allowed = f"{file_name(stack)}: {NAMESPACE}:environment", ", ".join(STACKS)
        what = "unknown environment" if "environment" in config else f"missing: {stack} is not an environment itself"
        raise InvalidInput([Problem(path, what, str(config.get("environment", "")), allowed)])
    return _validated(stack, _model_of(stack, config), config)


def _model_of(stack: str, config: Mapping[str, Any]) -> type[Settings]:
    return SharedSettings if (config.get("environment") or stack) == SHARED else EnvironmentSettings


def _validated(stack: str, model: type[M], config: Mapping[str, Any]) -> M:
    try:
        return model.model_validate(_in_order(config))
    except ValidationError as error:
        raise InvalidInput(_problem(stack, model, detail) for detail in _innermost(error.errors())) from None


def _in_order(value: Any) -> Any:
    """Mappings with their keys sorted, as the engine passes them on: their order in the file means nothing."""
    if isinstance(value, Mapping):
        return {key: _in_order(value[key]) for key in sorted(value, key=str)}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


def _decoded(value: Any) -> Any:
    """A value of the engine's configuration, in which objects come as JSON."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
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


def _problem(stack: str, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    where = [str(part) for part in detail["loc"] if part != "[key]"]
    path = f"{file_name(stack)}: {NAMESPACE}:{'.'.join(where)}"
    read = SCHEMAS.get(model, "") if issubclass(model, Settings) else ""
    if detail["type"] == "missing":
        return Problem(path, "missing", "", "a value", read)
    if detail["type"] == "extra_forbidden":
        return Problem(path, "unknown key", where[-1], ", ".join(_keys_at(model, where[:-1])), read)
    return Problem(path, "not allowed", json.dumps(detail["input"], default=str), _allowed(detail), read)


def _allowed(detail: ErrorDetails) -> str:
    """What would be right, in the words of a settings file."""
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "value_error":
        return detail["msg"].removeprefix("Value error, ")
    if kind == "literal_error":
        words = context["expected"].replace("'", "").replace(" or ", ", ")
        return QUOTED if isinstance(detail["input"], bool) and "off" in words.split(", ") else words
    return EXPECTED.get(kind) or detail["msg"].removeprefix("Input should be ")


def _keys_at(model: type[BaseModel], where: list[str]) -> Iterator[str]:
    """The keys of the section at a path within ``model``."""
    sections: set[type[BaseModel]] = {model}
    for part in where:
        found = {
            inner
            for section in sections
            for inner in _sections(section.model_fields[part].annotation if part in section.model_fields else None)
        }
        # A part that is no field is a key or a number within the field before it.
        sections = found or sections
    return (field.alias or name for section in sections for name, field in section.model_fields.items())


def _sections(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that an annotation such as ``dict[str, Pool]`` contains."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _sections(inner)
