"""The one way from a settings file, or from the engine's configuration, to a plan.

What another stack's file says counts only where this stack depends on it (``stacks.settings.others``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from stacks.catalogue.model import Catalogue
from stacks.catalogue.records import CATALOGUE
from stacks.context import Context, context_of
from stacks.plan.make import make_plan
from stacks.plan.model import StackPlan
from stacks.settings.loading import SHARED, environment_of, from_engine, from_file, other_stack, stacks_in
from stacks.settings.models import Settings, SharedSettings
from stacks.settings.positions import with_lines

PROJECT = Path(__file__).resolve().parents[2]
"""Where the committed settings are."""


def plan_of(stack: str, folder: Path, today: date, catalogue: Catalogue | None = None) -> StackPlan:
    """The plan of a stack from the settings files in ``folder``, of the platform's services unless others are given.

    Raises :class:`~components.problems.InvalidInput` with every problem of the stack, each with its line.
    """
    with with_lines(folder):
        return make_plan(context_from_file(stack, folder, today, catalogue))


def context_from_file(stack: str, folder: Path, today: date, catalogue: Catalogue | None = None) -> Context[Any]:
    """What the plan of a stack is made from; raises as :func:`plan_of` does."""
    return context_from(stack, from_file(stack, folder), folder, today, catalogue)


def context_from_engine(
    stack: str, values: Mapping[str, str], folder: Path, today: date, catalogue: Catalogue | None = None
) -> Context[Any]:
    """The same from the engine's configuration; the other stacks are read from ``folder``."""
    return context_from(stack, from_engine(stack, values), folder, today, catalogue)


def context_from(
    stack: str, settings: Settings, folder: Path, today: date, catalogue: Catalogue | None = None
) -> Context[Any]:
    """The same from settings that have been read; the other stacks are read from ``folder``."""
    others = {name: other_stack(name, folder) for name in _neighbours(stack, settings, folder) if name != stack}
    return context_of(stack, settings, CATALOGUE if catalogue is None else catalogue, today=today, others=others)


def _neighbours(stack: str, settings: Settings, folder: Path) -> list[str]:
    """The stacks whose files this one reads. `shared`, on which all others build, reads those alone that it lets pull
    requests preview."""
    found = stacks_in(folder)
    if environment_of(stack, settings) != SHARED:
        return found
    ci = settings.ci if isinstance(settings, SharedSettings) else None
    return [name for name in found if ci and name in ci.pull_requests]
