"""The shape of an alert rule that asks the workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.alerts.facts import QUERY_FREQUENCIES, QUERY_WINDOWS

FOLDER = Path(__file__).parent / "queries"
MINIMUM = "minimum_requests"
"""What queries call the setting `alerts.minimum_requests`."""

COUNTED = "counted"
"""What queries call the requests that objectives are about: the file of this name, put in front."""

OBJECTIVES = "objectives"
"""What queries call the table of what services promise."""

TESTS = "tests"
"""What queries call the table of what is promised of pages in a browser."""


@dataclass(frozen=True, kw_only=True)
class QueryRule:
    """A rule that holds for everything that sends its logs to the workspace, whichever part makes it.

    Its query is a file in the folder `queries`.
    """

    id: str
    """One lower-case word, by which settings, waivers and runbook know it."""
    kind: str
    """The key of the type that it is about."""
    file: str = ""
    """The name of its file without ending; empty: its id."""
    constants: tuple[tuple[str, str], ...] = ()
    """What the file calls by name, beside settings and objectives."""
    measure: str = ""
    """The column that is compared; empty: rows are counted."""
    operator: str = "GreaterThan"
    threshold: float = 0
    severity: int
    source: str
    """Who says the threshold."""
    requirements: tuple[str, ...] = ()
    """What it answers."""
    means: str
    """What it says when it fires."""
    look: str
    """Where to look first."""
    remedy: str
    """What helps."""
    window: str = "PT15M"
    frequency: str = "PT5M"
    by_resource: bool = True
    """Whether each resource is told apart."""
    splits: tuple[str, ...] = ()
    """Further columns that are told apart."""
    wide: str = ""
    """Why its window is longer than twenty minutes; empty: it is not."""
    fixed: bool = False
    """Whether the query itself says how far it looks back: its window is no setting."""
    apart: bool = False
    """Whether it is slower than ten minutes although somebody is called: what it is about takes hours."""
    applies: Callable[[Any], bool] = lambda _: True
    """Whether the settings of a stack let the rows be there at all."""

    windows = QUERY_WINDOWS
    frequencies = QUERY_FREQUENCIES

    @property
    def text(self) -> str:
        """Its query, as the file has it."""
        return (FOLDER / f"{self.file or self.id}.kql").read_text().rstrip()

    @property
    def asks(self) -> str:
        """What is asked, for people."""
        return f"`{self.measure}`" if self.measure else "rows"

    def asked(self, minimum: int, objectives: str) -> str:
        """Its query with what it calls by name; ``objectives`` is the statement that makes their table."""
        lines = [f"let {name} = {value};" for name, value in self.constants]
        lines += [f"let {MINIMUM} = {minimum};"] if MINIMUM in self.text else []
        lines += [objectives, counted()] if self.promises else []
        return "\n".join((*lines, self.text))

    @property
    def promises(self) -> bool:
        """Whether it is about objectives."""
        return COUNTED in self.text


def counted() -> str:
    """The part of a query that says what was asked of each objective, and what missed it."""
    return (FOLDER / f"{COUNTED}.kql").read_text().rstrip()
