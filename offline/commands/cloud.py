"""`mystira offline cloud …`: looking at the offline cloud, and changing it behind Pulumi's back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from components.facts.ids import path_values
from components.facts.model import DISPLAY_NAME, ResourceType
from components.facts.types import RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure.behaviour import Behaviour
from offline.azure.deletion import remove
from offline.azure.errors import ArmError
from offline.azure.services.every import BEHAVIOURS
from offline.azure.services.vaults import readers_without_role
from offline.commands import limits, links, worlds
from offline.commands.directory import directory
from offline.commands.faults import fault
from offline.commands.login import login
from offline.commands.output import FAILED, AsJson, ended, group, print_json, say
from offline.engine.home import Home
from offline.entra import deletion as entra
from offline.entra.services.every import BEHAVIOURS as ENTRA
from offline.kubernetes.servers.stores import sweep
from offline.world.objects import CloudObject
from offline.world.store import World

LIST = "`mystira offline cloud list` shows what it holds"

cloud = group("Look at the offline cloud, or change it behind Pulumi's back.")
limits.add_to(cloud)
links.add_to(cloud)
app = group("Look at the offline world, or change it.")
app.add_typer(cloud, name="cloud")
app.add_typer(fault, name="fault")
app.add_typer(directory, name="directory")
app.command()(login)
worlds.add_to(app)

COMMANDS = frozenset({"cloud", "directory", "fault", *(command.__name__ for command in worlds.COMMANDS)})
"""The first words of its command lines, for `python -m offline`, where `login` is Pulumi's own."""

Id = Annotated[str, typer.Argument(help="a resource id, as `cloud list` prints it")]
Kind = Annotated[
    str,
    typer.Argument(
        help="a resource type, such as key-vault (components/facts/types.py)",
        autocompletion=lambda: list(RESOURCE_TYPES),
    ),
]


class NotInCloud(MystiraError):
    """An id, a type or a property that the offline cloud does not know."""


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Raises ``MystiraError``, and what Typer raises."""
    return int(app(list(arguments), standalone_mode=False) or 0)


@cloud.command("list")
def list_objects(as_json: AsJson = False) -> None:
    """List every resource of the offline cloud, oldest first."""
    found = _world().all()
    if as_json:
        print_json([{"type": each.token, "id": each.id} for each in found])
        return
    for each in found:
        say(f"{each.token}  {each.id}")


@cloud.command("set")
def set_property(
    id: Id,
    path: Annotated[str, typer.Argument(help="the property: properties.rules.0.name")],
    value: Annotated[str, typer.Argument(help="its new value as JSON; anything else is taken as text")],
) -> None:
    """Set a property of a resource."""
    world = _world()
    found = _found(world, id)
    _set(found.body, path, _value(value))
    with world.writing("set", found.token, found.id) as writer:
        writer.put(found.id, found.token, found.body)


@cloud.command()
def add(
    kind: Kind,
    id: Id,
    body: Annotated[str, typer.Argument(help="its properties as a JSON object")] = "{}",
) -> None:
    """Create a resource as if somebody else had."""
    row = _row(kind)
    world = _world()
    if not path_values(row, id):
        raise NotInCloud(f"not the id of a {kind}; seen: {id}; allowed: {row.id_template}")
    if world.get(id) is not None:
        raise NotInCloud(f"the offline cloud already has {id}")
    properties = _value(body)
    if not isinstance(properties, dict):
        raise NotInCloud(f"properties; seen: {body}; allowed: a JSON object")
    common = {"name": id.rpartition("/")[2], "type": row.arm}
    with world.writing("add", row.token, id) as writer:
        writer.put(id, row.token, {**path_values(row, id), **common, **properties})


@cloud.command()
def delete(id: Id) -> None:
    """Delete a resource and everything below it."""
    world = _world()
    found = _found(world, id)
    with world.writing("delete", found.token, found.id) as writer:
        (entra.remove if found.token in ENTRA else remove)(writer, found)
    sweep(world)


@cloud.command()
def deleted(as_json: AsJson = False) -> None:
    """List deleted resources that still hold their names: type, name, days, whether they can be purged."""
    rows = [(each, *_kept(each)) for each in _world().kept()]
    if as_json:
        print_json(
            [
                {"type": each.token, "id": each.id, "name": _shown(each), "days": days, "purgeable": not refusal}
                for each, days, refusal in rows
            ]
        )
        return
    for each, days, refusal in rows:
        purge = "until then" if refusal else "can be purged"
        say(f"{each.token}  {_shown(each)}  kept {days} days, {purge}")


@cloud.command()
def purge(
    names: Annotated[list[str] | None, typer.Argument(help="names, as `cloud deleted` prints them")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="everything that can be purged")] = False,
) -> None:
    """Remove deleted resources for good, so that their names are free again."""
    world = _world()
    kept = world.kept()
    wanted = {name.lower() for name in names or ()}
    unknown = wanted - {_last(each).lower() for each in kept}
    if unknown or not (wanted or all_of_them):
        seen = ", ".join(sorted(unknown)) or "no name"
        raise NotInCloud(f"nothing to purge; seen: {seen}; `mystira offline cloud deleted` lists what can be purged")
    for each in kept:
        name = _last(each)
        _, refusal = _kept(each)
        if name.lower() not in wanted and (refusal or not all_of_them):
            continue
        if refusal:
            raise NotInCloud(f"{name}: {refusal}")
        with world.writing("purge", each.token, each.id) as writer:
            writer.forget(name, each.token)
        say(f"{name}: purged")


@cloud.command()
def readers(as_json: AsJson = False) -> None:
    """Report every secret whose reader is not allowed to read it; exit code 1 when there is one."""
    found = readers_without_role(_world())
    if as_json:
        print_json(found)
    else:
        for line in found:
            say(line)
        if not found:
            say("every secret can be read by its reader")
    ended(FAILED if found else 0)


@cloud.command()
def take(kind: Kind, name: Annotated[str, typer.Argument(help="a name that is unique in all of Azure")]) -> None:
    """Let another customer of Azure own a globally unique name."""
    _world().take_name(name, _row(kind).token)


def _world() -> World:
    return World(Home.default().cloud)


def _found(world: World, id: str) -> CloudObject:
    found = world.get(id)
    if found is None:
        raise NotInCloud(f"the offline cloud has no {id}; {LIST}")
    return found


def _kept(each: CloudObject) -> tuple[int, ArmError | None]:
    """For how many days a deleted object is kept, and how its purge is refused."""
    if each.token in ENTRA:
        return ENTRA[each.token].kept_days, None
    behaviour = BEHAVIOURS.get(each.token, Behaviour())
    return behaviour.kept_days(each.body), behaviour.purge_refusal(each)


def _shown(each: CloudObject) -> str:
    """What tells a deleted object from others: its name, or its object id and its display name."""
    return f"{_last(each)} {each.body.get(DISPLAY_NAME, '')}".rstrip() if each.token in ENTRA else _last(each)


def _last(each: CloudObject) -> str:
    return each.id.rpartition("/")[2]


def _row(kind: str) -> ResourceType:
    if kind not in RESOURCE_TYPES:
        raise NotInCloud(f"no such type; seen: {kind}; allowed: {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[kind]


def _set(body: Any, path: str, value: Any) -> None:
    """Set what is at a dotted path of camel-case names and list positions; missing mappings on the way are made."""
    *parents, last = path.split(".")
    try:
        for part in parents:
            body = body[int(part)] if isinstance(body, list) else body.setdefault(part, {})
        body[int(last) if isinstance(body, list) else last] = value
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        allowed = "names and list positions with dots between them, such as properties.rules.0.name"
        raise NotInCloud(f"no such property; seen: {path}; allowed: {allowed}") from error


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
