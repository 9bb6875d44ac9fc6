"""Alerts on the metrics of a cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_azure_native import alertsmanagement

from components.cluster_telemetry.spec import RuleGroupSpec, RuleSpec
from components.placement import Placement

INTERVAL, RESOLVED_AFTER = "PT1M", "PT10M"
"""How often a rule is asked, and for how long all must be well before its alert is resolved (mspnp/aks-baseline)."""


class ClusterAlerts(pulumi.ComponentResource):
    """Groups of rules that Azure evaluates at a workspace of metrics, for one cluster.

    Azure moves no group to another workspace: it is replaced, and the old one goes first, since both have one name.
    """

    TOKEN = "mystira:monitoring:ClusterAlerts"

    def __init__(
        self,
        name: str,
        groups: Sequence[RuleGroupSpec],
        place: Placement,
        *,
        workspace_id: pulumi.Input[str],
        cluster_id: pulumi.Input[str],
        action_groups: Mapping[int, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """``action_groups`` has the id of the action group for every severity of the rules."""
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self, replace_on_changes=["scopes[0]"], delete_before_replace=True)
        for spec in groups:
            alertsmanagement.PrometheusRuleGroup(
                f"{name}-{spec.key}",
                rule_group_name=spec.name,
                resource_group_name=place.resource_group,
                location=place.location,
                description=f"Alerts on metrics of the {spec.key} level",
                enabled=True,
                interval=INTERVAL,
                cluster_name=spec.cluster,
                scopes=[workspace_id, cluster_id],
                rules=[_rule(each, action_groups[each.severity]) for each in spec.rules],
                tags=place.tags,
                opts=child,
            )
        self.register_outputs({})


def _rule(spec: RuleSpec, action_group: pulumi.Input[str]) -> alertsmanagement.PrometheusRuleArgs:
    return alertsmanagement.PrometheusRuleArgs(
        alert=spec.alert,
        expression=spec.expression,
        for_=spec.wait,
        severity=spec.severity,
        enabled=True,
        annotations={"description": spec.means, "runbook": spec.runbook},
        resolve_configuration=alertsmanagement.PrometheusRuleResolveConfigurationArgs(
            auto_resolved=True, time_to_resolve=RESOLVED_AFTER
        ),
        actions=[alertsmanagement.PrometheusRuleGroupActionArgs(action_group_id=action_group)],
    )
