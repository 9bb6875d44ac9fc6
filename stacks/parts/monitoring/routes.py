"""Which action group an alert of which severity goes to: the one place that says it.

Builders register the groups under these keys before any part that has alerts (``site.resources[action_group(1)]``); a
stack with one group for everything has it under every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from stacks.settings.alerts import RouteName

PAGE, NOTIFY, INFORM = get_args(RouteName)

SEVERITIES: Mapping[str, tuple[int, ...]] = {PAGE: (0, 1), NOTIFY: (2,), INFORM: (3, 4)}
"""By route: Azure's severities, from 0 (critical) to 4 (verbose)."""

ROUTES = tuple(SEVERITIES)


def route_of(severity: int) -> str:
    """The route of a severity. Raises ``KeyError`` for a severity that Azure does not have."""
    for route, severities in SEVERITIES.items():
        if severity in severities:
            return route
    raise KeyError(f"no severity {severity}: Azure has 0 to 4")


def group_key(route: str) -> str:
    """The action group of a route, as builders put it among the resources of a stack."""
    return f"action-group/{route}"


def action_group(severity: int) -> str:
    """The action group for a severity, as builders put it among the resources of a stack."""
    return group_key(route_of(severity))
