"""The one exception root, and the shape of every complaint about input.

A :class:`Problem` says where, what is wrong, what was seen, what is allowed and where to read more.
Checks collect problems and raise them together: a file with three mistakes gets three lines, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One complaint about input.

    ``path`` is a YAML path (``Pulumi.dev.yaml: network.subnets.aks-nodes``) or a resource
    (``azure-native:network:VirtualNetwork "core"``); ``what`` the rule in words; ``seen`` the offending value as it
    stands; ``allowed`` what would pass; ``read`` a document or requirement id, empty when nothing adds to the rule.
    """

    path: str
    what: str
    seen: str = ""
    allowed: str = ""
    read: str = ""

    def __str__(self) -> str:
        parts = [f"{self.path}: {self.what}"]
        if self.seen:
            parts.append(f"seen: {self.seen}")
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.read:
            parts.append(f"read: {self.read}")
        return "; ".join(parts)


class MystiraError(Exception):
    """Root of every error that this project raises on purpose."""


class InvalidInput(MystiraError):
    """Input that cannot be built. Carries every problem found, in a stable order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
