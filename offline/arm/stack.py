"""What the offline cloud holds of one stack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from components.facts.types import BY_TOKEN, DIRECTORY_TYPES
from components.problems import MystiraError
from offline.arm.secrets import secret_paths
from offline.arm.templates import GENERATOR, Held, Template, templates
from offline.engine.run import Engine
from offline.schema.check import Schema
from offline.schema.kept import schema_file
from offline.world.store import World

DIRECTORY_TOKENS = frozenset(row.token for row in DIRECTORY_TYPES.values())


@dataclass(frozen=True)
class Rendered:
    """The templates of a stack, and what they leave out."""

    templates: dict[str, Template]
    """By file name."""
    directory_objects: int
    """Objects of Entra tenants, which are no resources of Azure Resource Manager."""
    gone: tuple[str, ...]
    """The ids of resources that the state has and the cloud has not."""

    @property
    def resources(self) -> int:
        """How many resources the templates have."""
        return sum(len(each["resources"]) for each in self.templates.values())


def rendered(engine: Engine, stack: str) -> Rendered:
    """Render a stack that is up in the world of ``engine``. Raises :class:`MystiraError` where it is not.

    A stack's resources are those of its state; their properties are what the cloud holds.
    """
    # What is about to be deleted, and what was only looked up, is no longer the stack's or never was.
    state = [each for each in engine.resources(stack) if not each.get("delete") and not each.get("external")]
    ours = [each for each in state if each["type"] in BY_TOKEN]
    if not ours:
        raise MystiraError(
            f"{stack} is not up in the offline cloud; seen: no resource in its state; allowed: make up STACK={stack}"
        )
    world = World(engine.home.cloud)
    held: list[Held] = []
    gone: list[str] = []
    for each in ours:
        found = world.get(each["id"])
        if found is None:
            gone.append(each["id"])
            continue
        inputs, outputs = each.get("inputs") or {}, each.get("outputs") or {}
        held.append(Held(found, frozenset((*secret_paths(inputs), *secret_paths(outputs))), inputs))
    made = templates(Schema(schema_file(engine.home.schemas)), held)
    return Rendered(dict(made), sum(each["type"] in DIRECTORY_TOKENS for each in state), tuple(gone))


def write(rendered: Rendered, folder: Path) -> list[Path]:
    """Write the templates and return their files. Templates of an earlier run that are no longer there are deleted;
    other files in ``folder`` stay."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.json"):
        if file.name not in rendered.templates and _is_ours(file):
            file.unlink()
    files = [folder / name for name in rendered.templates]
    for file in files:
        file.write_text(json.dumps(rendered.templates[file.name], indent=2) + "\n")
    return files


def _is_ours(file: Path) -> bool:
    try:
        return json.loads(file.read_text())["metadata"]["_generator"]["name"] == GENERATOR
    except (ValueError, KeyError, TypeError):
        return False
