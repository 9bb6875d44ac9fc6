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


@dataclass(frozen=True, kw_only=True)
class QueryRule:
    """A rule that holds for everything that sends its logs to the workspace, whichever part makes it.

    Its query is the file of its id in the folder `queries`.
    """

    id: str
    """One lower-case word, by which settings, waivers and runbook know it."""
    kind: str
    """The key of the type that it is about."""
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
    applies: Callable[[Any], bool] = lambda _: True
    """Whether the settings of a stack let the rows be there at all."""

    windows = QUERY_WINDOWS
    frequencies = QUERY_FREQUENCIES

    @property
    def text(self) -> str:
        """Its query, as the file has it."""
        return (FOLDER / f"{self.id}.kql").read_text().rstrip()

    @property
    def asks(self) -> str:
        """What is asked, for people."""
        return f"`queries/{self.id}.kql`" + (f", `{self.measure}`" if self.measure else ", rows")


def asked(text: str, minimum: int) -> str:
    """A query with what it calls by name."""
    return f"let {MINIMUM} = {minimum};\n{text}" if MINIMUM in text else text
