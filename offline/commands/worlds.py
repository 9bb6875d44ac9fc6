"""Whole offline worlds: deleting this one, keeping a copy, returning to a copy."""

from __future__ import annotations

from typing import Annotated

import typer

from offline.commands.output import AsJson, print_json, say
from offline.engine.home import Home
from offline.world import copies

Name = Annotated[str, typer.Argument(help="a name for the copy, such as before-upgrade")]
Saved = Annotated[
    str,
    typer.Argument(help="the name of a saved copy", autocompletion=lambda: copies.names(Home.default())),
]


def reset() -> None:
    """Delete this world: its cloud, state and copied settings. The engine and saved copies stay."""
    copies.forget(Home.default())


def save(name: Name) -> None:
    """Save a copy of this world, to return to with `restore`."""
    copies.save(Home.default(), name)
    say(f"saved; to return to it: mystira offline restore {name}")


def restore(name: Saved) -> None:
    """Replace this world by a saved copy. The copy stays."""
    copies.restore(Home.default(), name)


def saved(as_json: AsJson = False) -> None:
    """List the saved copies."""
    names = copies.names(Home.default())
    if as_json:
        print_json(names)
        return
    for name in names:
        say(name)


COMMANDS = (reset, save, restore, saved)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for command in COMMANDS:
        group.command()(command)
