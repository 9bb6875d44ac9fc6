"""The closed list of what can become of a live resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stacks.adopt.live import Live


class Reason(StrEnum):
    """What becomes of a live resource. Each has exactly one."""

    ADOPTED = "adopted"
    """An entry of ``mystira:adopt`` takes it over, or what it is a part of is taken over."""
    OUTSIDE = "kept outside"
    """It stays as it is, on purpose: :attr:`Match.where` says which decision."""
    NO_SUCCESSOR = "no successor"
    """Nothing here takes its place as it is: :attr:`Match.where` says which line of docs/parity.md."""
    OTHER_STACK = "other stack's"
    """It belongs to another stack: :attr:`Match.stack`."""
    UNKNOWN = "unknown"
    """Nothing is known of it: a person decides."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """A live resource and what becomes of it."""

    live: Live
    reason: Reason
    key: str = ""
    """The resource of the plan that it becomes: ``virtual-network/core``."""
    within: str = ""
    """The resource of the plan that it is a part of and that is adopted; it needs no entry."""
    where: str = ""
    """Where the decision is written down."""
    how: str = ""
    """Where it is written down what a person does about it, where that is another page."""
    stack: str = ""
    """The environment of the stack that it belongs to."""
    above: str = ""
    """The name of the parent whose reason it shares."""
    detail: str = ""
    """What else a person should know, in words."""
    setting: tuple[str, str] = ("", "")
    """A setting that keeps it as it is: key below `network.subnet_names`, name."""

    @property
    def id(self) -> str:
        """Its id."""
        return self.live.id

    @property
    def said(self) -> str:
        """The reason as a person reads it."""
        what = self.key or (f"with {self.within}" if self.within else "") or self.stack or self.where
        parts = [
            f"{self.reason}: {what}" if what else str(self.reason),
            f"as {self.above}" * bool(self.above),
            self.detail,
            f"how: {self.how}" * bool(self.how),
        ]
        return "; ".join(part for part in parts if part)
