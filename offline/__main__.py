"""``python -m offline <pulumi arguments>``: any Pulumi command line inside the offline world.

``cloud``, ``reset``, ``coverage-page`` and the verbs of the Makefile are this project's own; everything else goes to
the engine as it is.
"""

from __future__ import annotations

import sys

from rich.console import Console

from components.problems import MystiraError
from offline import coverage_page
from offline.engine.needs import check_needs
from offline.engine.prepare import prepare
from offline.engine.run import Engine
from offline.world import command

RUNS = frozenset({"up", "update", "preview", "pre"})
"""The Pulumi commands that run the program, which reads other stacks."""


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    try:
        if arguments and arguments[0] == coverage_page.COMMAND:
            return coverage_page.main(arguments[1:])
        if arguments and arguments[0] in command.COMMANDS:
            return command.main(arguments)
        engine = Engine()
        prepare(engine)
        stack = _stack(arguments)
        if stack in engine.stacks():
            engine.ensure_stack(stack)
            if arguments[0] in RUNS:
                check_needs(engine, stack)
        return engine.run(arguments)
    except MystiraError as error:
        Console(stderr=True).print(f"error: {error}", style="red", markup=False, highlight=False)
        return 1


def _stack(arguments: list[str]) -> str:
    """The stack that a Pulumi command line names, or an empty string."""
    for index, argument in enumerate(arguments):
        if argument in ("-s", "--stack") and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--stack="):
            return argument.partition("=")[2]
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
