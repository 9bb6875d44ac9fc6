"""Durations as Azure writes them: ISO 8601, days to seconds (``P7D``, ``PT1M30S``)."""

from __future__ import annotations

import re

_PATTERN = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_UNITS = (86400, 3600, 60, 1)


def seconds(duration: str) -> int:
    """The length in seconds. Raises :class:`ValueError` for what is no such duration, months and years included."""
    match = _PATTERN.fullmatch(duration)
    parts = match.groups() if match else ()
    if not any(parts) or duration.endswith("T"):
        raise ValueError(f"not an ISO 8601 duration of days, hours, minutes and seconds: {duration!r}")
    return sum(int(part or 0) * unit for part, unit in zip(parts, _UNITS, strict=True))
