"""Which stack a stack reads, and whether it is up, before the engine starts.

The engine finds out about a missing stack only in the middle of a run.
"""

from __future__ import annotations

from components.problems import InvalidInput, Problem
from offline.engine.run import Engine

READ_BY_ALL = "shared"
"""The stack that all others read, in a program that has it."""


def needs_of(engine: Engine, stack: str) -> list[str]:
    """The stacks that must be up before ``stack``."""
    return [name for name in engine.stacks() if name == READ_BY_ALL != stack]


def check_needs(engine: Engine, stack: str) -> None:
    """Raise :class:`~components.problems.InvalidInput` unless every stack that ``stack`` reads has been brought up."""
    missing = [name for name in needs_of(engine, stack) if not engine.resources(name)]
    if missing:
        raise InvalidInput(
            Problem(
                f"Pulumi.{stack}.yaml",
                f"the stack {name} must be up before {stack}",
                f"{name} has no resources",
                f"run `make up STACK={stack}`, which brings {name} up first, or `make up STACK={name}`",
            )
            for name in missing
        )
