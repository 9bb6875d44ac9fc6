"""How long a stack takes at Azure at least: the longest chain of resources that wait for each other.

The chain that cannot be shortened follows what Azure itself asks for: a resource after its parent and its group, after
what its properties read from others, after the sibling that its exclusive parent is still busy with, and after the
roles that the identity it runs as was given. What the program adds to that with ``depends_on`` or the place of a
resource in the tree is the difference between the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from components.facts.model import Duration
from components.facts.types import PARENT_OF
from stacks.build.recording import Planned

ROLE = "role-assignment"
LOCK = "management-lock"
IDENTITY = "user-assigned-identity"


@dataclass(frozen=True)
class Step:
    """One resource on the path: its key, when it starts and how long it takes, in minutes; where the figure is from."""

    key: str
    start: float
    duration: Duration

    @property
    def end(self) -> float:
        return self.start + self.duration.minutes


@dataclass(frozen=True)
class Times:
    """``path`` is the longest chain of the program, ``unavoidable`` that of Azure; ``work`` is everything in a row."""

    path: tuple[Step, ...]
    unavoidable: tuple[Step, ...]
    work: float

    @property
    def minutes(self) -> float:
        return self.path[-1].end if self.path else 0.0

    @property
    def ratio(self) -> float:
        """The program's chain against Azure's."""
        return self.minutes / self.unavoidable[-1].end if self.unavoidable else 1.0


def times_of(found: Sequence[Planned]) -> Times:
    """The times of a stack that is created from nothing."""
    by_urn = {each.urn: each for each in found}
    actual = _graph(found, _waits(found, by_urn))
    needed = _graph(found, _needs(found, by_urn))
    return Times(_longest(actual), _longest(needed), sum(_duration(each).minutes for each in found))


def _waits(found: Sequence[Planned], by_urn: Mapping[str, Planned]) -> Iterable[tuple[Planned, Planned]]:
    """Who waits for whom in the program."""
    return ((by_urn[urn], each) for each in found for urn in each.waits_for if urn in by_urn)


def _needs(found: Sequence[Planned], by_urn: Mapping[str, Planned]) -> Iterable[tuple[Planned, Planned]]:
    by_id = {each.id.lower(): each for each in found if each.id}
    roles_of: dict[str, list[Planned]] = {}
    for each in found:
        if each.row.key == ROLE:
            for urn in each.reads:
                if urn in by_urn and by_urn[urn].row.key == IDENTITY:
                    roles_of.setdefault(urn, []).append(each)
    for each in found:
        parts = each.id.lower().split("/")
        for length in range(len(parts) - 1, 1, -1):
            above = by_id.get("/".join(parts[:length]))
            if above is not None:
                yield above, each
        if each.row.key == LOCK:
            # A lock stops nothing from being made; that it comes last is ours alone.
            continue
        for urn in each.reads:
            if urn not in by_urn:
                continue
            yield by_urn[urn], each
            runs_as_it = by_urn[urn].row.key == IDENTITY and each.row.key != ROLE and urn not in each.id
            if runs_as_it and not _inside(each, by_urn[urn]):
                yield from ((role, each) for role in roles_of.get(urn, ()) if not _below(role, each))
    previous: dict[str, Planned] = {}
    for each in found:
        if each.row.key in PARENT_OF:
            parent = each.id.rsplit("/", 2)[0].lower()
            if parent in previous:
                yield previous[parent], each
            previous[parent] = each


def _inside(one: Planned, other: Planned) -> bool:
    return bool(other.id) and one.id.lower().startswith(other.id.lower())


def _below(role: Planned, resource: Planned) -> bool:
    """Whether a role is for the resource itself, and so can only come after it."""
    return bool(resource.id) and role.id.lower().startswith(resource.id.lower() + "/")


def _duration(each: Planned) -> Duration:
    return each.row.duration


def _graph(found: Sequence[Planned], edges: Iterable[tuple[Planned, Planned]]) -> nx.DiGraph:
    graph = nx.DiGraph()
    for each in found:
        graph.add_node(each.urn, registration=each)
    graph.add_edges_from((before.urn, after.urn) for before, after in edges if before.urn != after.urn)
    return graph


def _longest(graph: nx.DiGraph) -> tuple[Step, ...]:
    """The chain that ends last."""
    ends: dict[str, float] = {}
    via: dict[str, str | None] = {}
    for urn in nx.topological_sort(graph):
        before = max(graph.predecessors(urn), key=lambda each: ends[each], default=None)
        via[urn] = before
        ends[urn] = (ends[before] if before else 0.0) + _duration(graph.nodes[urn]["registration"]).minutes
    chain: list[Step] = []
    last = max(ends, key=lambda urn: ends[urn], default=None)
    while last is not None:
        each: Planned = graph.nodes[last]["registration"]
        duration = _duration(each)
        chain.append(Step(each.key, ends[last] - duration.minutes, duration))
        last = via[last]
    return tuple(reversed(chain))
