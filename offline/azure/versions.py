"""Versions that Azure still offers to new resources, on the day of the offline world."""

from __future__ import annotations

from components.facts.lifecycles import LIFECYCLES

TODAY = max(row.read_on for row in LIFECYCLES)
"""The day on which the facts were read, so that no version expires while nothing changes."""


def offered(what: str) -> list[str]:
    """The versions of a product (``kubernetes``, ``postgresql``) that a new resource may have."""
    rows = [row for row in LIFECYCLES if row.what == what]
    return [row.version for row in rows if row.closed_for_new is None or row.closed_for_new > TODAY]
