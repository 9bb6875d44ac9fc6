"""Durations as Azure writes them."""

from __future__ import annotations

import pytest

from components.facts.durations import seconds


@pytest.mark.parametrize(("text", "expected"), [("PT1M30S", 90), ("P7D", 604800), ("P1DT1H", 90000)])
def test_a_duration_in_seconds(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1M", "P1M", "P1Y", "PT1.5S"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        seconds(text)
