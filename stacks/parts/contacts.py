"""Who hears of what, by how urgent it is."""

from __future__ import annotations

import pulumi

from stacks.parts.monitoring.plan import ACTION_GROUP
from stacks.parts.site import Site

SEVERITIES = range(5)
"""From 0, critical, to 4, for information (Microsoft: What are Azure Monitor alerts?)."""


def contact(site: Site, severity: int) -> pulumi.Input[str]:
    """The id of the action group that is notified of what has a severity. Raises ``ValueError`` for another one."""
    if severity not in SEVERITIES:
        raise ValueError(f"severity {severity}")
    return site.resources[ACTION_GROUP]
