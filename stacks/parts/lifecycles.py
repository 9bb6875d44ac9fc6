"""What parts run on that will end, seen from a given day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from components.facts.lifecycles import LIFECYCLES
from components.problems import Problem
from stacks.parts.part import Notice

RETIREMENT_NOTICE = timedelta(days=120)


def retirements(today: date, used: Iterable[tuple[str, str]]) -> tuple[Notice, ...]:
    """Notices of what is ``used`` (what, version) and retires within 120 days of ``today``, soonest first."""
    wanted = set(used)
    rows = [row for row in LIFECYCLES if (row.what, row.version) in wanted]
    soon = [(row.retires_on, row) for row in rows if row.retires_on and row.retires_on - today <= RETIREMENT_NOTICE]
    return tuple(
        Notice(
            f"{row.what} {row.version}",
            str(day),
            f"{row.what} {row.version} retires on {day}: move to {row.replacement} ({row.source})",
        )
        for day, row in sorted(soon, key=lambda found: str(found[0]))
    )


def creation_problems(path: str, what: str, version: str, today: date, *, running: bool) -> Iterator[Problem]:
    """A version that can no longer be created, unless what has it is already running."""
    for row in LIFECYCLES:
        closed = row.closed_for_new is not None and row.closed_for_new <= today
        if closed and not running and (row.what, row.version) == (what, version):
            seen = f"{version}, closed on {row.closed_for_new}"
            yield Problem(path, f"{what} {version} can no longer be created", seen, row.replacement, row.source)
