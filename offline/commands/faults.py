"""`mystira offline fault …`: making operations of the offline cloud fail."""

from __future__ import annotations

from typing import Annotated

import typer

from components.problems import MystiraError
from offline.commands.output import AsJson, group, print_json, say
from offline.engine.home import Home
from offline.world.faults import KINDS, VERBS, Fault
from offline.world.store import World

fault = group("Make operations of the offline cloud fail.")


class UnknownFault(MystiraError):
    """A kind of fault or an operation that does not exist."""


@fault.command("add")
def add_fault(
    kind: Annotated[
        str,
        typer.Argument(help="what goes wrong; `fault kinds` lists the kinds", autocompletion=lambda: list(KINDS)),
    ],
    verb: Annotated[
        str,
        typer.Option(
            help="create, read, update or delete; every operation but read by default",
            autocompletion=lambda: list(VERBS),
        ),
    ] = "",
    part: Annotated[str, typer.Option("--id", help="only operations whose resource id contains this text")] = "",
    skip: Annotated[int, typer.Option(min=0, help="how many matching operations succeed first")] = 0,
    times: Annotated[int, typer.Option(min=1, help="how many fail; azure-native tries four times")] = 1,
) -> None:
    """Make the next matching operations fail."""
    if kind not in KINDS:
        raise UnknownFault(f"no such fault; seen: {kind}; allowed: {', '.join(KINDS)}")
    if verb and verb not in VERBS:
        raise UnknownFault(f"no such operation; seen: {verb}; allowed: {', '.join(VERBS)}")
    _world().add_fault(Fault(kind, verb, part, skip, times))


@fault.command()
def seed(
    text: Annotated[str, typer.Argument(help="the same text gives the same faults")],
    rate: Annotated[float, typer.Option(min=0, max=1, help="probability of a fault at each attempt")] = 0.05,
) -> None:
    """Make operations fail at random, in a way that can be repeated."""
    _world().set_chance(text, rate)


@fault.command("list")
def list_faults(as_json: AsJson = False) -> None:
    """List the faults still to come."""
    faults = _world().faults()
    if as_json:
        print_json(faults)
        return
    for each in faults:
        where = f"verb={each.verb or 'any change'}  id={each.part or 'any'}"
        say(f"{each.kind}  {where}  skip={each.skip}  times={each.times}")


@fault.command()
def kinds(as_json: AsJson = False) -> None:
    """List what can go wrong."""
    if as_json:
        print_json(list(KINDS.values()))
        return
    for each in KINDS.values():
        again = "azure-native tries again" if each.retried else "fails at once"
        say(f"{each.key:14}{each.when}; {again}; {each.why}")


@fault.command()
def clear() -> None:
    """Drop all faults: everything works again."""
    _world().clear_faults()


def _world() -> World:
    return World(Home.default().cloud)
