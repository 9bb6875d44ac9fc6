"""What makes a registration invalid: a wrong or missing name, missing tags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pulumi

from components.facts.model import DirectoryType, KubernetesType, Naming, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN
from components.guard.kubernetes import SECRET, object_problems, secret_problem
from components.naming.rules import READ, REQUIRED_TAGS, check_name
from components.problems import Problem

PROVIDER_TOKENS = ("azure-native:", "azuread:", "kubernetes:")


def problems_of(
    token: str, name: str, props: Mapping[str, Any], overrides: frozenset[str], *, tagged_images: bool = True
) -> list[Problem]:
    """What is wrong with a resource about to be registered; its own logical name says where. ``tagged_images`` is
    whether the image of a container may go without a digest."""
    where = f'{token} "{name}"'
    if not token.startswith(PROVIDER_TOKENS):
        return []
    row = REGISTERED_BY_TOKEN.get(token)
    if isinstance(row, DirectoryType):
        return _directory_problems(row, where, props)
    if token == SECRET:
        return [secret_problem(where)]
    if isinstance(row, KubernetesType):
        return object_problems(row, where, props, overrides, tagged_images=tagged_images)
    if not isinstance(row, ResourceType):
        return [Problem(where, "this type is not in components/facts/types", token, "a row for it", READ)]
    return [*_name_problems(row, where, props, overrides), *_tag_problems(row, where, props)]


def _directory_problems(row: DirectoryType, where: str, props: Mapping[str, Any]) -> list[Problem]:
    """A display name that a preview does not know, or that azuread would not look for: Entra takes a second one."""
    problems = list[Problem]()
    name = value_of(props, "displayName")
    if row.named and not isinstance(name, str):
        seen = "no name" if name is None else type(name).__name__
        problems.append(Problem(f"{where}: displayName", "the name must be a plain string", seen, "a string", READ))
    if row.unique_name and value_of(props, "preventDuplicateNames") is not True:
        seen = str(value_of(props, "preventDuplicateNames"))
        problems.append(Problem(f"{where}: preventDuplicateNames", "two may get one name", seen, "True", READ))
    return problems


def _name_problems(row: ResourceType, where: str, props: Mapping[str, Any], overrides: frozenset[str]) -> list[Problem]:
    physical = value_of(props, row.name_input)
    if row.naming is Naming.PRINCIPAL and isinstance(physical, pulumi.Output):
        return []
    if not isinstance(physical, str):
        seen = "no name" if physical is None else type(physical).__name__
        return [Problem(f"{where}: {row.name_input}", "the name must be a plain string", seen, "a string", READ)]
    if physical in overrides:
        return []
    return check_name(row, physical, f"{where}: {row.name_input}")


def _tag_problems(row: ResourceType, where: str, props: Mapping[str, Any]) -> list[Problem]:
    if not row.taggable:
        return []
    tags = value_of(props, "tags")
    missing = [tag for tag in REQUIRED_TAGS if not isinstance(tags, Mapping) or not tags.get(tag)]
    if not missing:
        return []
    return [Problem(f"{where}: tags", "tags are missing", ", ".join(missing), ", ".join(REQUIRED_TAGS), READ)]


def value_of(props: Mapping[str, Any], camel: str) -> Any:
    """An input by its wire name; the SDK keeps inputs under Python names."""
    return props.get(python_name(camel), props.get(camel))


def python_name(camel: str) -> str:
    """How the SDK spells an input inside the program."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", camel).lower()
