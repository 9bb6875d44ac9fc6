"""What Azure or a rule of this platform refuses about the settings of alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from components.alerts.facts import minutes
from components.problems import Problem
from stacks.context import Context
from stacks.parts.alerts.rules import BY_ID

CRITICAL = 1
"""The last severity that somebody is called for."""

CALLED_WITHIN = 10
"""Minutes of window and frequency together, within which what is critical is noticed (S1-075)."""

CALLED_EVERY = 5
READ = "docs/runbooks/alerts.md"


def change_problems(context: Context[Any]) -> Iterator[Problem]:
    """Changes of rules that do not exist, with windows that Azure does not have, and of what calls people too late."""
    for id, change in context.settings.alerts.changes.items():
        path, rule = context.path(f"alerts.changes.{id}"), BY_ID.get(id)
        if rule is None:
            yield Problem(path, "no such rule", id, ", ".join(sorted(BY_ID)), READ)
            continue
        unknown = [
            *_not_of(f"{path}.window", change.window, rule.windows),
            *_not_of(f"{path}.frequency", change.frequency, rule.frequencies),
        ]
        if rule.fixed and change.window is not None:
            what = "the query of this rule says itself how far it looks back"
            unknown.append(Problem(f"{path}.window", what, change.window, "another threshold or frequency", READ))
        yield from unknown
        if not unknown:
            window, frequency = change.window or rule.window, change.frequency or rule.frequency
            yield from _speed(path, rule.severity, "" if rule.apart else window, frequency)


def _not_of(path: str, value: str | None, allowed: Sequence[str]) -> Iterator[Problem]:
    if value is not None and value not in allowed:
        yield Problem(path, "Azure has no such interval", value, ", ".join(allowed))


def _speed(path: str, severity: int, window: str, frequency: str) -> Iterator[Problem]:
    """``window`` is empty for what may look back for hours."""
    if window and minutes(window) < minutes(frequency):
        yield Problem(path, "a window shorter than its frequency overlooks what lies between", f"{window}, {frequency}")
    elif not fast_enough(severity, window, frequency):
        what = f"a rule of severity {severity} calls somebody within {CALLED_WITHIN} minutes"
        allowed = f"a frequency of PT{CALLED_EVERY}M or less, with the window {CALLED_WITHIN} minutes or less"
        yield Problem(path, what, f"{window}, {frequency}".removeprefix(", "), allowed, READ)


def fast_enough(severity: int, window: str, frequency: str) -> bool:
    """Whether what is critical is noticed within ten minutes; ``window`` is empty for what may look back for hours."""
    every, back = minutes(frequency), minutes(window) if window else 0
    return severity > CRITICAL or (every <= CALLED_EVERY and every + back <= CALLED_WITHIN)


def quiet_problems(context: Context[Any]) -> Iterator[Problem]:
    """Quiet times that have passed, or that end before they begin."""
    for number, each in enumerate(context.settings.alerts.quiet):
        path = context.path(f"alerts.quiet.{number}")
        if each.until <= each.begins:
            yield Problem(path, "ends before it begins", f"{each.begins} to {each.until}")
        elif each.until.date() < context.today:
            allowed = f"no such entry, or a day from {context.today} on"
            yield Problem(f"{path}.until", "has passed", str(each.until), allowed)
