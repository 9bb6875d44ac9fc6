"""What watches the whole subscription."""

from __future__ import annotations

from components.subscription.watch import SubscriptionWatch
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.monitoring.routes import action_group
from stacks.parts.site import Site
from stacks.parts.subscription.plan import SubscriptionPlan


def build_subscription(site: Site, plan: SubscriptionPlan) -> None:
    """Register the setting of the activity log, the alerts, the contact and the mails about costs."""
    SubscriptionWatch(
        "subscription",
        plan.spec,
        site.place(plan.group),
        workspace_id=site.resources[WORKSPACE],
        contacts={each.severity: site.resources[action_group(each.severity)] for each in plan.spec.signals},
        opts=site.options(),
    )
