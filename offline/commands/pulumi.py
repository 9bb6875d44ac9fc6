"""Any Pulumi command line inside the offline world."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from offline.commands.output import ended
from offline.engine.needs import check_needs
from offline.engine.prepare import prepare
from offline.engine.run import Engine

RUNS = frozenset({"up", "update", "preview", "pre"})
"""The Pulumi commands that run the program, which reads other stacks."""

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Typer settings of a command that passes on to Pulumi what it does not know."""


def pulumi(context: typer.Context) -> None:
    """Run any Pulumi command line in the offline world: `mystira offline pulumi -- stack output -s dev`.

    Ends with Pulumi's own exit code.
    """
    ended(run_pulumi(context.args))


def run_pulumi(arguments: Sequence[str]) -> int:
    """Run one Pulumi command line and return its exit code. A stack that it names is created where it is missing."""
    engine = Engine()
    prepare(engine)
    stack = _stack(arguments)
    if stack in engine.stacks():
        engine.ensure_stack(stack)
        if arguments[0] in RUNS:
            check_needs(engine, stack)
    return engine.run(arguments)


def _stack(arguments: Sequence[str]) -> str:
    """The stack that a Pulumi command line names, or an empty string."""
    for index, argument in enumerate(arguments):
        if argument in ("-s", "--stack") and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--stack="):
            return argument.partition("=")[2]
    return ""
