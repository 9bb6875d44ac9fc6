"""One reason why Azure answers with a code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What is refused with a code, and how we know."""

    what: str
    """What a request must not do, in words."""
    source: str
    """A document's title or a public thread (``owner/repo#number``); "public logs" for an answer that only published
    logs show."""
    confirmed: bool = True
    """Whether a public text shows Azure refusing exactly this with exactly this code."""


def unconfirmed(what: str, source: str) -> Rule:
    """A documented rule whose code no public text shows."""
    return Rule(what, source, confirmed=False)
