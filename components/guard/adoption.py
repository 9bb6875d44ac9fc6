"""Taking over a live resource: its id becomes the import, and everything the id says becomes the resource's inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.facts.ids import path_values
from components.facts.model import RegisteredType, ResourceType
from components.facts.types import REGISTERED_BY_TOKEN
from components.guard.checks import python_name


def adoption_key(token: str, name: str) -> str:
    """How `mystira:adopt` refers to a resource: the key of its type and its logical name, ``virtual-network/core``."""
    row = REGISTERED_BY_TOKEN.get(token)
    return f"{row.key}/{name}" if row else ""


def adopted(row: RegisteredType, id: str, props: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs of a resource that exists: where it lies and what it is called come from its id. The id of an object
    in a directory says neither."""
    if not isinstance(row, ResourceType):
        return props
    known = {python_name(key): value for key, value in path_values(row, id).items() if key != "subscriptionId"}
    return {**props, **known}


def under(row: RegisteredType, parent: RegisteredType, id: str, props: Mapping[str, Any]) -> Mapping[str, Any]:
    """The inputs of a child of an adopted resource, whose name may be another than the plan's. Inputs that are no plain
    texts come from the parent itself."""
    if not isinstance(row, ResourceType) or not isinstance(parent, ResourceType):
        return props
    if not row.id_template.startswith(f"{parent.id_template}/"):
        return props
    known = {python_name(key): value for key, value in path_values(parent, id).items()}
    return {**props, **{key: value for key, value in known.items() if isinstance(props.get(key), str)}}
