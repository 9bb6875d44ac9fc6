"""What a change adds to the bill a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stacks.reports.cost import Line
from stacks.reports.review.section import ADDED, REMOVED, Section, rows
from stacks.reports.review.subject import Subject

UNKNOWN = "**Not known**: nothing that changes here has a list price."
UNPAID = "Nothing that changes here is paid by the hour."
PRICED = "the least and the most that pools may run, all else all the time"


def money(subject: Subject) -> Section:
    """The difference in US dollars, what it comes from, and what has no price."""
    found = subject.cost
    if found is None:
        return Section("Cost a month", ())
    gone, new = _apart(found.before.lines, found.after.lines), _apart(found.after.lines, found.before.lines)
    lines = [*_lines(gone, REMOVED), *_lines(new, ADDED)]
    if not lines and not found.by_use:
        return Section("Cost a month", (UNPAID,) if subject.run else ())
    listed = rows(("", "what", "size", "hours", "US dollars"), lines)
    unpriced = sorted({f"{each.resource} ({each.usage.size})" for each in (*gone, *new) if each.price is None})
    used = "; ".join(f"{product}: {words}" for product, words in found.by_use.items())
    priced = [each for each in (*gone, *new) if each.price is not None]
    beyond = " Without what has no price." if priced and unpriced else ""
    total = f"**{_span(found.least, found.most, signed=True)} US dollars** a month at list prices: {PRICED}.{beyond}"
    if not priced:
        total = UNKNOWN if lines else UNPAID
    notes = [
        *([f"No price: {', '.join(unpriced)}."] if unpriced else []),
        *([f"New, by use, not estimated: {used}."] if used else []),
    ]
    return Section("Cost a month", (total, "", *listed, *([""] if listed and notes else []), *notes))


def _apart(lines: Iterable[Line], others: Iterable[Line]) -> list[Line]:
    """The lines that the others do not have."""
    known = {(each.resource, each.usage) for each in others}
    return [each for each in lines if (each.resource, each.usage) not in known]


def _lines(lines: Iterable[Line], sign: str) -> Iterator[tuple[str, ...]]:
    for each in lines:
        price = "no price" if each.least is None or each.most is None else _span(each.least, each.most)
        least, most = f"{each.usage.least:g}", f"{each.usage.most:g}"
        hours = least if least == most else f"{least} to {most}"
        yield sign, each.resource, each.usage.size, hours, price


def _span(least: float, most: float, *, signed: bool = False) -> str:
    form = "{:+,.2f}" if signed else "{:,.2f}"
    low, high = (form.format(each if abs(each) >= 0.005 else 0) for each in (least, most))
    return low if low == high else f"{low} to {high}"
