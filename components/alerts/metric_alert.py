"""A metric alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import monitor

from components.alerts.spec import MetricAlertSpec
from components.facts.model import ResourceType
from components.placement import Placement

SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
SEVERAL = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A condition, what it is about, and who hears of it."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    spec: MetricAlertSpec
    row: ResourceType
    """The type of what is watched."""
    scopes: Sequence[pulumi.Input[str]]
    """The ids of what is watched: one, or ``together`` several of one type and region."""
    together: bool
    group: pulumi.Input[str]
    """The id of the action group."""


def metric_alert(watch: Watch, place: Placement, opts: pulumi.ResourceOptions) -> None:
    """A rule that resolves by itself once the condition no longer holds."""
    spec, row = watch.spec, watch.row
    criterion = monitor.MetricCriteriaArgs(
        criterion_type="StaticThresholdCriterion",
        name="condition",
        metric_namespace=row.arm,
        metric_name=spec.metric,
        operator=spec.operator,
        threshold=spec.threshold,
        time_aggregation=spec.aggregation,
        dimensions=[
            monitor.MetricDimensionArgs(name=each.name, operator="Include", values=list(each.values))
            for each in spec.dimensions
        ],
    )
    criteria = (
        monitor.MetricAlertMultipleResourceMultipleMetricCriteriaArgs(
            odata_type=SEVERAL,
            all_of=[criterion],
        )
        if watch.together
        else monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(odata_type=SINGLE, all_of=[criterion])
    )
    monitor.MetricAlert(
        watch.key,
        rule_name=watch.name,
        resource_group_name=place.resource_group,
        location="global",
        description=spec.description,
        severity=spec.severity,
        enabled=True,
        auto_mitigate=True,
        scopes=list(watch.scopes),
        evaluation_frequency=spec.frequency,
        window_size=spec.window,
        target_resource_type=row.arm if watch.together else None,
        target_resource_region=place.location if watch.together else None,
        criteria=criteria,
        actions=[{"action_group_id": watch.group}],
        tags=place.tags,
        opts=opts,
    )
