"""How far a part of a stack has taken over what already lives."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """How far a part has come."""

    HOLD = "hold"
    """What is adopted is imported and stays as it is; nothing new is made."""
    ADD = "add"
    """What is adopted stays as it is; what is new is made beside it."""
    DONE = "done"
    """Everything becomes what the plan says."""


EVERY = "*"
"""In place of a part: every part that is not named."""

ALL = "*"
"""As a path of `ignoreChanges`: every input keeps its value."""
