"""Every workbook."""

from __future__ import annotations

from stacks.parts.dashboards.business import CHAIN, COST, DEPLOYMENTS, EXECUTIVE, USAGE
from stacks.parts.dashboards.operations import INFRASTRUCTURE, PERFORMANCE, SERVICE_HEALTH
from stacks.parts.dashboards.tile import Workbook

WORKBOOKS: tuple[Workbook, ...] = (
    SERVICE_HEALTH,
    INFRASTRUCTURE,
    PERFORMANCE,
    DEPLOYMENTS,
    EXECUTIVE,
    CHAIN,
    USAGE,
    COST,
)
"""In the order in which people meet them."""
