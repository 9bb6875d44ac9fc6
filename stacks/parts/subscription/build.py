"""What watches the whole subscription."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pulumi

from components.aks.cluster import Cluster
from components.alerts.query_alert import Question
from components.subscription.changes import ChangesByOthers
from components.subscription.watch import SubscriptionWatch
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.monitoring.routes import action_group
from stacks.parts.pipelines.identities import principal
from stacks.parts.site import Site
from stacks.parts.subscription.plan import SubscriptionPlan
from stacks.parts.subscription.signals import CHANGED, changes_query

CONTRACT = "pipelines"
"""What `shared` says of the pipelines' identities; it knows them itself."""


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
    ChangesByOthers(
        CHANGED,
        Question(
            key=CHANGED,
            spec=plan.changes,
            query=pulumi.Output.all(_pipelines(site, plan), *_node_groups(site)).apply(
                partial(_query, people=plan.deployers)
            ),
            workspace=site.resources[WORKSPACE],
            group=site.resources[action_group(plan.changes.severity)],
        ),
        site.place(plan.group),
        site.options(),
    )


def _pipelines(site: Site, plan: SubscriptionPlan) -> pulumi.Output[list[str]]:
    """The object ids of the pipelines that bring the stacks of the subscription up, as far as they exist."""
    if CONTRACT in site.shared:
        return site.shared[CONTRACT].apply(partial(_known, keys=plan.pipelines))
    own = [site.principals[principal(key)] for key in plan.pipelines if principal(key) in site.principals]
    return pulumi.Output.all(*own)


def _known(found: Mapping[str, str], *, keys: tuple[str, ...]) -> list[str]:
    return [found[key] for key in keys if key in found]


def _node_groups(site: Site) -> list[pulumi.Output[str]]:
    """The group in which AKS keeps the nodes, and makes security groups of its own."""
    return [site.component(Cluster, CLUSTER_SCOPE).node_group] if CLUSTER_SCOPE in site.components else []


def _query(known: list[list[str] | str], *, people: tuple[str, ...]) -> str:
    pipelines, *groups = known
    return changes_query((*people, *pipelines), tuple(map(str, groups)))
