"""Asking a condition of a role assignment about an attempt, as the offline cloud does for a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from offline.azure.conditions import evaluation

read = cache(evaluation.checked)
"""The tree of a condition; the same condition is asked about many attempts."""


@dataclass(frozen=True)
class Attempt:
    """What somebody tries to do."""

    action: str
    suboperation: str = ""
    request: Mapping[str, str] = field(default_factory=dict)
    """Attributes of the request."""
    resource: Mapping[str, str] = field(default_factory=dict)
    """Attributes of what it is about."""


def holds(condition: str, attempt: Attempt) -> bool:
    """Whether a condition holds for an attempt. Raises ``InvalidCondition`` where Azure would not take it."""
    attributes = {
        evaluation.attribute(source, name): value
        for source, values in (("Request", attempt.request), ("Resource", attempt.resource))
        for name, value in values.items()
    }
    asked = evaluation.Asked(attempt.action, "", attributes, attempt.suboperation)
    return evaluation.holds(read(condition), asked)
