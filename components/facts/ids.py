"""Resource ids: made from inputs by a type's template, and taken apart by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from components.facts.model import PATHS, DirectoryType, KubernetesType, ResourceType


def placeholders(row: ResourceType) -> list[str]:
    """The inputs that are part of the id."""
    return [name for name in re.findall(r"\{(\w+)\}", row.id_template) if name != "subscriptionId"]


def made_id(row: ResourceType, inputs: Mapping[str, object]) -> str:
    """The id of a resource. A scope comes as an id: azure-native strips its outer slashes."""
    return re.sub(r"\{(\w+)\}", lambda match: str(inputs[match[1]]).strip("/"), row.id_template)


def path_values(row: ResourceType, id: str) -> dict[str, str]:
    """The inputs that an id says, and its ``subscriptionId``; empty for the id of another type."""
    match = template_pattern(row.id_template).fullmatch(id)
    values = match.groupdict() if match else {}
    return {key: f"/{value}" if key in PATHS else value for key, value in values.items()}


@cache
def template_pattern(id_template: str) -> re.Pattern[str]:
    """What the ids of a template look like, whatever their case."""
    template = re.escape(id_template).replace(r"\{", "{").replace(r"\}", "}")
    pattern = re.sub(r"\{(\w+)\}", lambda match: f"(?P<{match[1]}>{'.+' if match[1] in PATHS else '[^/]+'})", template)
    return re.compile(pattern, re.IGNORECASE)


def is_import_id(row: DirectoryType | KubernetesType, id: str) -> bool:
    """Whether the provider of a type takes an object over by this id."""
    return bool(re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(row.import_id)), id))
