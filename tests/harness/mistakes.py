"""Mistakes in settings as a table: each is refused with one problem, at its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.harness.settings import one_problem


@dataclass(frozen=True)
class Mistake:
    """One mistake."""

    stack: str
    changes: Mapping[str, Any]
    """What is changed in the stack's file, by path."""
    path: str
    """Where the problem is, below the namespace."""
    what: str
    """What the problem says, or a part of it."""
    allowed: str = ""
    """What would pass, or a part of it."""

    def is_refused(self, folder: Path) -> None:
        """Make the mistake in ``folder``; it is the one problem of the plan."""
        problem = one_problem(folder, self.stack, self.changes)
        assert problem.path == f"Pulumi.{self.stack}.yaml: mystira:{self.path}"
        assert self.what in problem.what
        assert self.allowed in problem.allowed
        assert problem.allowed


def each_mistake(mistakes: Sequence[Mistake]) -> pytest.MarkDecorator:
    """Run a test with every ``mistake`` of a table."""
    return pytest.mark.parametrize("mistake", mistakes, ids=lambda each: f"{each.stack} {each.path}: {each.what}")
