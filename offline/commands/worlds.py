"""Whole offline worlds: deleting this one, filling it with what already lives, keeping a copy, returning to a copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, Problem
from offline.azure.loaded import READ, STRANGE, arm_type
from offline.azure.loaded import load as load_into
from offline.commands.output import AsJson, print_json, say
from offline.engine.home import Home
from offline.world import copies
from offline.world.store import World

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


def load(
    file: Annotated[Path, typer.Argument(help="one JSON object a line: id, and properties as Azure answers a GET")],
) -> None:
    """Put what already lives into the offline cloud, as Azure tells it; all of a file or nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput([Problem(str(file), "cannot be read", str(error), "a text file in UTF-8", READ)]) from error
    found = load_into(World(Home.default().cloud), file.name, text)
    strange = sorted({arm_type(each) for each in found if each.token.startswith(STRANGE)})
    say(
        f"{len(found)} resources loaded"
        + (f"; types that this program never makes: {', '.join(strange)}" * bool(strange))
    )


def saved(as_json: AsJson = False) -> None:
    """List the saved copies."""
    names = copies.names(Home.default())
    if as_json:
        print_json(names)
        return
    for name in names:
        say(name)


COMMANDS = (reset, load, save, restore, saved)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for command in COMMANDS:
        group.command()(command)
