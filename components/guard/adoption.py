"""Taking over a live resource: its id becomes the import, and everything the id says becomes the resource's inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.facts.ids import path_values
from components.facts.model import ResourceType
from components.facts.types import BY_TOKEN
from components.guard.checks import python_name


def adoption_key(token: str, name: str) -> str:
    """How `mystira:adopt` refers to a resource: the key of its type and its logical name, ``virtual-network/core``."""
    row = BY_TOKEN.get(token)
    return f"{row.key}/{name}" if row else ""


def adopted(row: ResourceType, id: str, props: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a resource that exists: where it lies and what it is called come from its id."""
    known = {python_name(key): value for key, value in path_values(row, id).items() if key != "subscriptionId"}
    return {**props, **known}
