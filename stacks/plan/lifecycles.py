"""What the plan uses that will end, seen from a given day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from components.facts.lifecycles import LIFECYCLES
from components.problems import Problem
from stacks.plan.model import Warning

WARNING_TIME = timedelta(days=120)


def warnings_of(today: date, used: Iterable[tuple[str, str]] = ()) -> tuple[Warning, ...]:
    """Warnings for what is ``used`` (what, version) and retires within 120 days of ``today``, soonest first."""
    wanted = set(used)
    rows = [row for row in LIFECYCLES if (row.what, row.version) in wanted and row.retires_on]
    soon = [row for row in rows if row.retires_on and row.retires_on - today <= WARNING_TIME]
    return tuple(
        Warning(f"{row.what} {row.version}", str(row.retires_on), row.replacement, row.source)
        for row in sorted(soon, key=lambda row: str(row.retires_on))
    )


def creation_problems(today: date, used: Iterable[tuple[str, str, str]], running: Iterable[str] = ()) -> list[Problem]:
    """Problems of what is ``used`` (path, what, version) and can no longer be created, unless it already runs."""
    found: list[Problem] = []
    for path, what, version in used:
        for row in LIFECYCLES:
            closed = row.closed_for_new is not None and row.closed_for_new <= today
            if closed and (row.what, row.version) == (what, version) and path not in set(running):
                seen = f"{version}, closed on {row.closed_for_new}"
                found.append(
                    Problem(path, f"{what} {version} can no longer be created", seen, row.replacement, row.source)
                )
    return found
