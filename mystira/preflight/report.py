"""What the checks found, and how a command ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

REFUSED_CODE, UNREACHABLE_CODE = 1, 2
"""Exit codes: a check refuses; Azure could not be asked."""


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    SKIPPED = "not asked"


@dataclass(frozen=True)
class Finding:
    """One answer."""

    check: str
    """Which check: ``rights``."""
    verdict: Verdict
    text: str
    """What was found, in words."""
    allowed: str = ""
    """What would be accepted, or the command that makes it so."""
    read: str = ""
    """A document, where there is more to say."""
    details: tuple[str, ...] = ()
    """Everything that :attr:`text` only counts: each action that is missing."""

    def __str__(self) -> str:
        more = [f"allowed: {self.allowed}"] if self.allowed else []
        more += [f"read: {self.read}"] if self.read else []
        return "; ".join([f"{self.check}: {self.text}", *more])


@dataclass(frozen=True)
class Report:
    """Everything that was asked for a stack."""

    stack: str
    where: str
    """Who answered: Azure, or the offline cloud."""
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0: the stack can come up; 1: something refuses it; 2: nothing does, but not everything was answered."""
        verdicts = {finding.verdict for finding in self.findings}
        if Verdict.REFUSED in verdicts:
            return REFUSED_CODE
        return UNREACHABLE_CODE if Verdict.UNREACHABLE in verdicts else 0

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings that ended so."""
        return tuple(finding for finding in self.findings if finding.verdict is verdict)


def shortened(names: Iterable[str], shown: int = 4) -> str:
    """A list for people: the first names, and how many more there are."""
    every = list(names)
    more = len(every) - shown
    return ", ".join([*every[:shown], *([f"{more} more"] if more > 0 else [])])
