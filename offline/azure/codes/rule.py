"""One reason for a code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What is refused with a code, and how that is known.

    ``source`` is a document's title or a public thread, as ``owner/repo#number``; "public logs" where Azure's answer
    stands in published logs that are no thread.
    """

    what: str
    source: str
    confirmed: bool = True


def unconfirmed(what: str, source: str) -> Rule:
    """A rule that is documented, under a code that no public text shows for it."""
    return Rule(what, source, confirmed=False)
