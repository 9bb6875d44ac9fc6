"""What a service promises: how much of what it is asked it answers, and how soon (estate-platform 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Asked(StrEnum):
    """Which requests an objective is about."""

    ALL = "requests"
    """Also what has no method, as a call by gRPC."""
    READS = "reads"
    """GET and HEAD."""
    WRITES = "writes"
    """POST, PUT, PATCH and DELETE."""


@dataclass(frozen=True)
class Objective:
    """A share of requests that must be good."""

    percent: float
    """Of which at least so many are good, over thirty days."""
    within_ms: int = 0
    """What is good: an answer within so many milliseconds; 0: an answer that is no failure."""
    of: Asked = Asked.ALL
    """Which requests count."""

    def __str__(self) -> str:
        what = f"{self.percent:g} % of {self.of}"
        return f"{what} within {self.within_ms} ms" if self.within_ms else f"{what} answered"

    @property
    def allowed(self) -> float:
        """The share that may be bad: the budget."""
        return round((100 - self.percent) / 100, 6)

    def burns(self, rate: float) -> bool:
        """Whether its budget can be used up ``rate`` times as fast as it may: half of all requests cannot."""
        return rate * self.allowed < 1


@dataclass(frozen=True)
class Objectives:
    """The objectives of a service."""

    available: float
    """Percent of requests that are answered without a failure of the service. For pages in a browser: of the questions
    of availability tests."""
    latencies: tuple[Objective, ...] = ()
    """How soon."""

    def __iter__(self) -> Iterator[Objective]:
        yield Objective(self.available)
        yield from self.latencies


def reads(*pairs: tuple[float, int]) -> tuple[Objective, ...]:
    """Objectives of reads, each percent and milliseconds."""
    return tuple(Objective(percent, ms, Asked.READS) for percent, ms in pairs)


def writes(*pairs: tuple[float, int]) -> tuple[Objective, ...]:
    """Objectives of writes, each percent and milliseconds."""
    return tuple(Objective(percent, ms, Asked.WRITES) for percent, ms in pairs)
