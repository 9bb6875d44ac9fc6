"""Today's date; everywhere else it is an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime

VARIABLE = "MYSTIRA_TODAY"
"""Pins the day (``2026-11-21``), so that a rehearsal does not start to fail when a version reaches its end."""


def today(environment: Mapping[str, str] = os.environ) -> date:
    """The pinned day, else the real one (UTC)."""
    pinned = environment.get(VARIABLE)
    return date.fromisoformat(pinned) if pinned else datetime.now(UTC).date()
