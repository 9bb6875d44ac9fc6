"""One difference between a tenant and the settings, and the request that ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mystira.graph.client import Graph
from mystira.graph.wanted import Wanted

NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """A difference."""

    what: str
    """What differs: ``user flow, applications``."""
    found: str
    wanted: str
    write: Callable[[], None] = field(repr=False, compare=False)
    secret: str = ""
    """The configuration secret whose value the request carries; empty: none."""

    def __str__(self) -> str:
        return f"{self.what}: found {self.found}; wanted {self.wanted}"


Secrets = Callable[[str], str]
"""Takes the name of a configuration secret; returns its value. Raises ``MystiraError``."""

Area = Callable[[Graph, Wanted, Secrets], Iterator[Change]]
"""Compares one kind of thing in a tenant with what is wanted."""


def text(values: list[str]) -> str:
    """Several values as a person reads them."""
    return ", ".join(values) or NOTHING
