"""A rule that asks a workspace."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor

from components.alerts.spec import QueryAlertSpec
from components.placement import Placement

RESOURCE = "_ResourceId"
"""The column that says whose row it is."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A condition on what a workspace answers, and who hears of it."""

    key: str
    """Its logical name."""
    spec: QueryAlertSpec
    query: pulumi.Input[str]
    workspace: pulumi.Input[str]
    """The id of the workspace."""
    group: pulumi.Input[str]
    """The id of the action group."""


def query_alert(question: Question, place: Placement, opts: pulumi.ResourceOptions) -> None:
    """A rule that resolves by itself once the condition no longer holds."""
    spec = question.spec
    aggregation = "Minimum" if spec.operator.startswith("Less") else "Maximum"
    condition = monitor.ConditionArgs(
        query=question.query,
        time_aggregation=aggregation if spec.measure else "Count",
        metric_measure_column=spec.measure or None,
        resource_id_column=RESOURCE if spec.by_resource else None,
        dimensions=[monitor.DimensionArgs(name=each, operator="Include", values=["*"]) for each in spec.splits] or None,
        operator=spec.operator,
        threshold=spec.threshold,
        failing_periods=monitor.ConditionFailingPeriodsArgs(
            number_of_evaluation_periods=1, min_failing_periods_to_alert=1
        ),
    )
    own = pulumi.ResourceOptions(replace_on_changes=["scopes"], delete_before_replace=True)
    monitor.ScheduledQueryRule(
        question.key,
        rule_name=spec.name,
        resource_group_name=place.resource_group,
        location=place.location,
        kind="LogAlert",
        display_name=spec.name,
        description=spec.description,
        enabled=True,
        severity=spec.severity,
        scopes=[question.workspace],
        evaluation_frequency=spec.frequency,
        window_size=spec.window,
        criteria=monitor.ScheduledQueryRuleCriteriaArgs(all_of=[condition]),
        # It ends by itself, so that what several looks see is told once.
        auto_mitigate=True,
        # A new workspace has no table before the first row of it.
        skip_query_validation=True,
        actions={"action_groups": [question.group]},
        tags=place.tags,
        # azure-native updates in place, and Azure refuses: "Scope can not be updated" (pulumi-azure-native #4839).
        opts=pulumi.ResourceOptions.merge(opts, own),
    )
