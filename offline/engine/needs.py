"""Which stacks a stack reads, and whether they are up, before the engine starts.

The engine finds out about a missing stack only in the middle of a run. The settings list the references
(``<project>:references``), so they can be followed first.
"""

from __future__ import annotations

from typing import Any

import yaml

from components.problems import InvalidInput, Problem
from offline.engine.documents import parse
from offline.engine.run import Engine


def needs_of(engine: Engine, stack: str) -> list[str]:
    """The stacks that ``stack`` reads, in the order in which they must come up."""
    order: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise InvalidInput([Problem(_path(path[-1]), "stacks read each other", " → ".join((*path, name)))])
        for needed in references_of(engine, name):
            visit(needed, (*path, name))
            if needed not in order:
                order.append(needed)

    visit(stack, ())
    return order


def check_needs(engine: Engine, stack: str) -> None:
    """Raise :class:`~components.problems.InvalidInput` unless every stack that ``stack`` reads has been brought up."""
    missing = [name for name in references_of(engine, stack) if not engine.resources(name)]
    if missing:
        raise InvalidInput(
            Problem(
                _path(stack),
                f"the stack {name} must be up before {stack}",
                f"{name} has no resources",
                f"run `make up STACK={stack}`, which brings {name} up first, or `make up STACK={name}`",
            )
            for name in missing
        )


def references_of(engine: Engine, stack: str) -> list[str]:
    """The stacks that the settings file names. Errors in the file itself are for the program to report."""
    file = engine.program / f"Pulumi.{stack}.yaml"
    try:
        content: Any = parse(file.read_text())
        references = content["config"][f"{engine.project}:references"].values()
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        return []
    return [str(name).rpartition("/")[2] for name in references]


def _path(stack: str) -> str:
    return f"Pulumi.{stack}.yaml: mystira:references"
