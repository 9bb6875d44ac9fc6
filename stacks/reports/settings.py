"""Where the settings of two stacks differ, by path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stacks.settings.effective import Effective, effective
from stacks.settings.models import Settings


@dataclass(frozen=True)
class Difference:
    """A setting that has another value in the second stack, or is in one of them only."""

    path: str
    """``redis.sku``."""
    left: Effective | None
    """In the first stack; ``None`` where it has no such setting."""
    right: Effective | None
    """In the second stack; ``None`` where it has no such setting."""


def differences(left: Settings, right: Settings) -> Iterator[Difference]:
    """Every setting whose effective value differs, in the order of the settings. A value that one file writes down and
    the other leaves to the default is no difference."""
    mine, other = effective(left), effective(right)
    for path in {**mine, **other}:
        before, after = mine.get(path), other.get(path)
        if before is None or after is None or before.value != after.value:
            yield Difference(path, before, after)
