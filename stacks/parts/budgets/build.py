"""The budgets of a stack."""

from __future__ import annotations

from components.aks.cluster import Cluster
from components.budgets.budget import Budget
from components.budgets.spec import BudgetSpec
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.monitoring.routes import action_group
from stacks.parts.site import Site


def build_budgets(site: Site, specs: tuple[BudgetSpec, ...]) -> None:
    """Register the budgets. A cluster that was taken over keeps the group of its nodes, so that it says which it is."""
    for spec in specs:
        Budget(
            spec.key,
            spec,
            subscription_id=site.plan.subscription_id,
            node_groups=[site.component(Cluster, CLUSTER_SCOPE).node_group] if spec.nodes else [],
            contacts={each.severity: site.resources[action_group(each.severity)] for each in spec.thresholds},
            opts=site.options(),
        )
