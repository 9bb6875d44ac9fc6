"""Which stacks a command is about, and their plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from components.problems import InvalidInput, Problem
from stacks.clock import today
from stacks.plan.load import PROJECT, plan_of
from stacks.plan.model import StackPlan
from stacks.settings.loading import file_name, stacks_in


def _names() -> list[str]:
    return stacks_in(PROJECT)


Stack = Annotated[
    str, typer.Argument(help="a stack with a settings file, such as shared or dev", autocompletion=_names)
]
Stacks = Annotated[list[str] | None, typer.Argument(help="stacks; all by default", autocompletion=_names)]
Folder = Annotated[Path, typer.Option(help="the folder of the settings files (Pulumi.<stack>.yaml)")]


def chosen(stacks: Sequence[str] | None, folder: Path) -> list[str]:
    """These stacks, by default all with settings in ``folder``. Raises ``InvalidInput``."""
    known = stacks_in(folder)
    if not known:
        raise InvalidInput(
            [Problem(str(folder), "no settings files", "", f"a folder with {file_name('<stack>')} files")]
        )
    for stack in stacks or ():
        if stack not in known:
            raise InvalidInput([Problem("STACK", "no such stack", stack, ", ".join(known))])
    return list(dict.fromkeys(stacks)) if stacks else known


def plan_for(stack: str, folder: Path = PROJECT) -> StackPlan:
    """The plan of a stack as of today. Raises ``InvalidInput`` for an unknown stack or settings with problems."""
    (stack,) = chosen([stack], folder)
    return plan_of(stack, folder, today())
