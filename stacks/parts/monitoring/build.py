"""Logs, notification and telemetry."""

from __future__ import annotations

import pulumi

from components.monitoring.notification import Notification
from components.monitoring.telemetry import Telemetry
from components.monitoring.workspace import Workspace
from stacks.catalogue.needs.telemetry import Telemetry as Need
from stacks.parts.monitoring.plan import WORKSPACE, LogsPlan, TelemetryPlan
from stacks.parts.monitoring.routes import group_key
from stacks.parts.site import Site
from stacks.settings.loading import NAMESPACE
from stacks.settings.webhooks import WEBHOOKS, addresses_of


def build_logs(site: Site, plan: LogsPlan) -> None:
    """Register the workspace, which every diagnostic setting names, and the action groups, which every alert names."""
    place = site.place(plan.group)
    workspace = Workspace(plan.key, plan.workspace, place, site.locks, site.options())
    site.resources.put(WORKSPACE, workspace.id)
    addresses = {name: _address(name) for name in plan.webhooks}
    groups: dict[str, pulumi.Output[str]] = {}
    for each in plan.notifications:
        made = Notification(each.key, each.spec, place, addresses=addresses, opts=site.options())
        for route in each.routes:
            site.resources.put(group_key(route), made.id)
            groups[route] = made.id
    site.outputs.put("workspace_id", workspace.id)
    site.outputs.put("action_groups", groups)


def _address(name: str) -> pulumi.Output[str]:
    """The address of a webhook. A run without one has ended before this; what only records the program, such as the
    generated pages, has no configuration."""
    value = pulumi.Config(NAMESPACE).get_secret(WEBHOOKS)
    return pulumi.Output.secret("") if value is None else value.apply(lambda text: addresses_of(text)[name])


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
