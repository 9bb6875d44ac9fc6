"""The day that plans are made on."""

from __future__ import annotations

from datetime import UTC, date, datetime

from stacks.clock import today


def test_the_day_can_be_pinned() -> None:
    assert today({"MYSTIRA_TODAY": "2026-11-21"}) == date(2026, 11, 21)
    assert abs((today({}) - datetime.now(UTC).date()).days) <= 1
