"""``python -m offline cloud list|set|delete|take|deleted|purge|readers`` and ``reset``.

Looking at the cloud, and changing it behind Pulumi's back.
"""

from __future__ import annotations

import json
import shutil
from typing import Annotated, Any

import typer
from rich.console import Console

from components.facts.resource_types import RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure import provider  # noqa: F401  # registers all behaviours
from offline.azure.behaviour import BEHAVIOURS, Behaviour, remove
from offline.azure.vaults import readers_without_role
from offline.engine.home import Home
from offline.world.store import World

COMMANDS = frozenset({"cloud", "reset"})

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
cloud = typer.Typer(no_args_is_help=True, help="Look at the offline cloud, or change it behind Pulumi's back.")
app.add_typer(cloud, name="cloud")
console = Console(highlight=False, soft_wrap=True)
Id = Annotated[str, typer.Argument(help="a resource id, as `cloud list` prints it")]


class NotInCloud(MystiraError):
    """An id or a property that the offline cloud does not hold."""


def main(arguments: list[str]) -> int:
    """Run one of the commands and return its exit code."""
    return int(app(arguments, standalone_mode=False) or 0)


@cloud.command("list")
def list_objects() -> None:
    """Every resource of the offline cloud, oldest first."""
    for each in _world().all():
        console.print(f"{each.token}  {each.id}", markup=False)


@cloud.command("set")
def set_property(id: Id, path: str, value: str) -> None:
    """Set a property (dotted camel-case path) to a JSON value, or to the text as it stands."""
    world = _world()
    found = world.get(id)
    if found is None:
        raise NotInCloud(f"the offline cloud has no {id}; `python -m offline cloud list` shows what it has")
    *parents, last = path.split(".")
    target: Any = found.body
    for part in parents:
        target = target[int(part)] if isinstance(target, list) else target.setdefault(part, {})
    target[last] = _value(value)
    with world.writing("set", found.token, found.id) as writer:
        writer.put(found.id, found.token, found.body)


@cloud.command()
def delete(id: Id) -> None:
    """Delete a resource and everything below it."""
    world = _world()
    found = world.get(id)
    if found is None:
        raise NotInCloud(f"the offline cloud has no {id}; `python -m offline cloud list` shows what it has")
    with world.writing("delete", found.token, found.id) as writer:
        remove(writer, found)


@cloud.command()
def deleted() -> None:
    """What was deleted and keeps its name for a while: type, name, days, whether it can be purged."""
    for each in _world().kept():
        behaviour = BEHAVIOURS.get(each.token, Behaviour())
        purge = "until then" if behaviour.purge_refusal(each) else "can be purged"
        name = each.id.rpartition("/")[2]
        console.print(f"{each.token}  {name}  kept {behaviour.kept_days(each.body)} days, {purge}", markup=False)


@cloud.command()
def purge(
    names: Annotated[list[str] | None, typer.Argument(help="names, as `cloud deleted` prints them")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="everything that can be purged")] = False,
) -> None:
    """Forget deleted resources for good, so that their names are free again."""
    world = _world()
    kept = world.kept()
    wanted = {name.lower() for name in names or ()}
    unknown = wanted - {each.id.rpartition("/")[2].lower() for each in kept}
    if unknown or not (wanted or all_of_them):
        seen = ", ".join(sorted(unknown)) or "no name"
        raise NotInCloud(f"nothing to purge; seen: {seen}; `python -m offline cloud deleted` shows what there is")
    for each in kept:
        name = each.id.rpartition("/")[2]
        refusal = BEHAVIOURS.get(each.token, Behaviour()).purge_refusal(each)
        if name.lower() not in wanted and (refusal or not all_of_them):
            continue
        if refusal:
            raise NotInCloud(f"{name}: {refusal}")
        with world.writing("purge", each.token, each.id) as writer:
            writer.forget(name, each.token)
        console.print(f"{name}: purged", markup=False)


@cloud.command()
def readers() -> None:
    """Report every secret whose reader may not read it; exit code 1 when there is one."""
    found = readers_without_role(_world())
    for line in found:
        console.print(line, markup=False)
    if found:
        raise typer.Exit(1)
    console.print("every secret can be read by its reader")


@cloud.command()
def take(kind: Annotated[str, typer.Argument(help="a key of the resource types")], name: str) -> None:
    """Let somebody else in the world own a globally unique name."""
    if kind not in RESOURCE_TYPES:
        raise NotInCloud(f"no such type; seen: {kind}; allowed: {', '.join(RESOURCE_TYPES)}")
    _world().take_name(name, RESOURCE_TYPES[kind].token)


@app.command()
def reset() -> None:
    """Forget this world: cloud, state, settings copies. The engine and the schema stay."""
    home = Home.default()
    for path in (home.cloud, home.cloud.with_suffix(".db-wal"), home.cloud.with_suffix(".db-shm"), home.passphrase):
        path.unlink(missing_ok=True)
    for folder in (home.state, home.shadows, home.pulumi_home):
        shutil.rmtree(folder, ignore_errors=True)


def _world() -> World:
    return World(Home.default().cloud)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
