"""``python -m offline cloud …``, ``fault …``, ``reset``: looking at the cloud, and changing it behind Pulumi's back."""

from __future__ import annotations

import json
import shutil
from typing import Annotated, Any

import typer
from rich.console import Console

from components.facts.ids import path_values
from components.facts.model import ResourceType
from components.facts.resource_types import RESOURCE_TYPES
from components.problems import MystiraError
from offline.azure import provider  # noqa: F401  # registers all behaviours
from offline.azure.behaviour import BEHAVIOURS, Behaviour, remove
from offline.azure.vaults import readers_without_role
from offline.engine.home import Home
from offline.world import limit_commands
from offline.world.faults import KINDS, VERBS, Fault
from offline.world.store import World

COMMANDS = frozenset({"cloud", "fault", "reset"})

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
cloud = typer.Typer(no_args_is_help=True, help="Look at the offline cloud, or change it behind Pulumi's back.")
fault = typer.Typer(no_args_is_help=True, help="Let operations of the offline cloud go wrong.")
app.add_typer(cloud, name="cloud")
app.add_typer(fault, name="fault")
limit_commands.add_to(cloud)
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
def add(
    kind: Annotated[str, typer.Argument(help="a key of the resource types")],
    id: Id,
    body: Annotated[str, typer.Argument(help="its properties as JSON")] = "{}",
) -> None:
    """Let somebody else make a resource."""
    row = _row(kind)
    world = _world()
    if not path_values(row, id):
        raise NotInCloud(f"not the id of a {kind}; seen: {id}; allowed: {row.id_template}")
    if world.get(id) is not None:
        raise NotInCloud(f"the offline cloud has {id} already")
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
    _world().take_name(name, _row(kind).token)


@fault.command("add")
def add_fault(
    kind: Annotated[str, typer.Argument(help="what goes wrong; `fault kinds` lists them")],
    verb: Annotated[str, typer.Option(help="create, read, update or delete; all but read if not given")] = "",
    part: Annotated[str, typer.Option("--id", help="only operations whose resource id holds this text")] = "",
    skip: Annotated[int, typer.Option(min=0, help="how many such operations go well first")] = 0,
    times: Annotated[int, typer.Option(min=1, help="how many go wrong; azure-native tries four times")] = 1,
) -> None:
    """Let one operation, or a number of them, go wrong."""
    if kind not in KINDS:
        raise NotInCloud(f"no such fault; seen: {kind}; allowed: {', '.join(KINDS)}")
    if verb and verb not in VERBS:
        raise NotInCloud(f"no such operation; seen: {verb}; allowed: {', '.join(VERBS)}")
    _world().add_fault(Fault(kind, verb, part, skip, times))


@fault.command()
def seed(
    text: Annotated[str, typer.Argument(help="the same text gives the same faults")],
    rate: Annotated[float, typer.Option(min=0, max=1, help="probability of a fault at each try")] = 0.05,
) -> None:
    """Let operations go wrong by chance."""
    _world().set_chance(text, rate)


@fault.command("list")
def list_faults() -> None:
    """The faults still to come."""
    for each in _world().faults():
        where = f"verb={each.verb or 'any change'}  id={each.part or 'any'}"
        console.print(f"{each.kind}  {where}  skip={each.skip}  times={each.times}", markup=False)


@fault.command()
def kinds() -> None:
    """What can go wrong."""
    for each in KINDS.values():
        again = "azure-native tries again" if each.retried else "fails at once"
        console.print(f"{each.key:14}{each.when}; {again}; {each.why}", markup=False)


@fault.command()
def clear() -> None:
    """Let everything go well again."""
    _world().clear_faults()


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


def _row(kind: str) -> ResourceType:
    if kind not in RESOURCE_TYPES:
        raise NotInCloud(f"no such type; seen: {kind}; allowed: {', '.join(RESOURCE_TYPES)}")
    return RESOURCE_TYPES[kind]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
