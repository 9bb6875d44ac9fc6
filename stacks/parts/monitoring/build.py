"""Logs, notification and telemetry."""

from __future__ import annotations

from components.monitoring.notification import Notification
from components.monitoring.telemetry import Telemetry
from components.monitoring.workspace import Workspace
from stacks.catalogue.needs.telemetry import Telemetry as Need
from stacks.parts.monitoring.plan import ACTION_GROUP, WORKSPACE, LogsPlan, TelemetryPlan
from stacks.parts.site import Site


def build_logs(site: Site, plan: LogsPlan) -> None:
    """Register the workspace, which every diagnostic setting names, and the action group."""
    place = site.place(plan.group)
    workspace = Workspace(plan.key, plan.workspace, place, site.locks, site.options())
    site.resources.put(WORKSPACE, workspace.id)
    if plan.notification:
        group = Notification(plan.key, plan.notification, place, site.options())
        site.resources.put(ACTION_GROUP, group.id)
        site.outputs.put("workspace_id", workspace.id)


def build_telemetry(site: Site, plans: tuple[TelemetryPlan, ...]) -> None:
    """Register Application Insights of each service."""
    for plan in plans:
        made = Telemetry(
            plan.service,
            plan.spec,
            site.place(plan.group, plan.tags),
            workspace_id=site.resources[WORKSPACE],
            opts=site.options(),
        )
        site.resources.put(f"telemetry/{plan.service}", made.id)
        site.products.put(Need.PRODUCT.format(service=plan.service), made.connection_string)
