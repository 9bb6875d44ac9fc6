"""What already lives, as Azure tells it: one JSON object a line becomes one resource of the offline cloud.

A line has ``id`` and ``properties``: what a GET answers in the names of azure-native, tags and location included.
Nothing is checked but the file itself and nothing is filled in, because it was Azure that accepted it: regions stay as
Azure spells them, defaults as Azure returns them, and types stay that the type table does not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.facts.actions import type_of
from components.facts.ids import path_values
from components.facts.model import PATHS, ResourceType
from components.facts.types import BY_TOKEN, RESOURCE_TYPES
from components.problems import InvalidInput, Problem
from offline.world.objects import CloudObject
from offline.world.store import World

LINE = 'one {"id": …, "properties": …} a line, as Azure answers a GET'
READ = "docs/runbooks/adoption.md"
ROOT = "/subscriptions/"

STRANGE = "azure:"
"""What the token of a type begins with that the type table does not have; its ARM type follows."""

SHOWN = 5
"""How many problems of a file are told."""


@dataclass(frozen=True)
class Line:
    """A line of a file: what it says and where."""

    number: int
    id: str
    properties: Mapping[str, Any]


def load(world: World, file: str, text: str) -> list[CloudObject]:
    """Put everything in ``text`` into the cloud, or nothing; return it in the order of the file. ``file`` is its name,
    for errors.

    Raises :class:`~components.problems.InvalidInput` for a line that is no resource, an id that comes twice, and what
    the cloud has already.
    """
    lines = [_line(file, number, each) for number, each in enumerate(text.splitlines(), 1) if each.strip()]
    problems = [each for each in lines if isinstance(each, Problem)]
    found = [each for each in lines if isinstance(each, Line)]
    with world.writing("load", "", file) as cloud:
        known = {each.id.lower() for each in cloud.below("")}
        problems = [*problems, *_twice(file, found, known)]
        if not lines:
            problems = [Problem(file, "holds nothing", "", LINE, READ)]
        if problems:
            raise InvalidInput(problems[:SHOWN])
        made = [_object(each) for each in found]
        for each in made:
            cloud.put(each.id, each.token, each.body)
    return made


def arm_type(each: CloudObject) -> str:
    """The ARM type of an object of the cloud, also of one that the type table does not have."""
    row = BY_TOKEN.get(each.token)
    return row.arm if row else each.token.removeprefix(STRANGE)


def _line(file: str, number: int, text: str) -> Line | Problem:
    where = f"{file}:{number}"
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        return Problem(where, "not JSON", str(error), LINE, READ)
    id = content.get("id") if isinstance(content, dict) else None
    properties = content.get("properties") if isinstance(content, dict) else None
    if not isinstance(id, str) or not id.lower().startswith(ROOT) or not type_of(id):
        return Problem(where, "not the id of a resource", str(id), f"{ROOT}…", READ)
    if not isinstance(properties, dict):
        return Problem(where, "no properties", str(properties), LINE, READ)
    return Line(number, id, properties)


def _twice(file: str, lines: Iterable[Line], known: set[str]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for each in lines:
        first = seen.setdefault(each.id.lower(), each.number)
        where = f"{file}:{each.number}"
        if first != each.number:
            yield Problem(where, f"the same id as in line {first}", each.id, "one line a resource", READ)
        elif each.id.lower() in known:
            yield Problem(where, "the offline cloud has it already", each.id, "`mystira offline reset` first", READ)


def _object(line: Line) -> CloudObject:
    row = _row(line.id)
    name = line.id.rpartition("/")[2]
    if row is None:
        return CloudObject(line.id, f"{STRANGE}{type_of(line.id)}", {**line.properties, "name": name})
    body = {**path_values(row, line.id), **line.properties}
    # What Azure calls the resource, where its answer names it otherwise: `default` is DefaultManagementPolicy.
    return CloudObject(line.id, row.token, {"name": name, "type": row.arm, **body})


def _row(id: str) -> ResourceType | None:
    """The row whose template an id fits, one that names its parent before one for any."""
    found = [row for row in RESOURCE_TYPES.values() if path_values(row, id)]
    return min(found, key=lambda row: any(f"{{{path}}}" in row.id_template for path in PATHS), default=None)
