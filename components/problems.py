"""The one exception root, and the shape of every complaint about input.

A :class:`Problem` says where, what is wrong, what was seen, what is allowed and where to read more.
Checks collect problems and raise them together: a file with three mistakes gets three lines, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

CLOSE = 0.7
"""How similar two words must be, from 0 to 1, for one to be offered in place of the other."""

_WORD = re.compile(r"[^\s,]*[A-Za-z][^\s,]*")


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint about input, printed as one line."""

    path: str
    """Where: a setting (``Pulumi.dev.yaml: mystira:network.subnets.aks-nodes``) or a resource
    (``azure-native:network:VirtualNetwork "core"``)."""
    what: str
    """The rule that is broken, in words."""
    seen: str = ""
    """The offending value as it was written."""
    allowed: str = ""
    """What would be accepted. A list of words, separated by commas, also yields :attr:`suggestion`."""
    read: str = ""
    """A document or requirement id, where there is more to say than the rule."""
    line: int | None = field(default=None, compare=False)
    """The line of the file that :attr:`path` begins with, counted from 1, where it is known."""

    @property
    def suggestion(self) -> str:
        """The allowed word that is close to the one seen; empty where none is, or where ``allowed`` is no list."""
        seen, words = self.seen.strip('"'), self.allowed.split(", ")
        if not _WORD.fullmatch(seen) or seen in words or any(" " in word for word in words):
            return ""
        by_lower_case = {word.lower(): word for word in words}
        close = get_close_matches(seen.lower(), by_lower_case, n=1, cutoff=CLOSE)
        return by_lower_case[close[0]] if close else ""

    def __str__(self) -> str:
        file, separator, setting = self.path.partition(": ")
        where = self.path if self.line is None else f"{file}:{self.line}{separator}{setting}"
        parts = [f"{where}: {self.what}"]
        if self.seen:
            parts.append(f"seen: {self.seen}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.read:
            parts.append(f"read: {self.read}")
        if self.suggestion:
            parts.append(f"did you mean {self.suggestion}?")
        return "; ".join(parts)


class MystiraError(Exception):
    """Root of every error that this project raises on purpose."""


class InvalidInput(MystiraError):
    """Input that cannot be built. Carries every problem found, in a stable order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
