"""A metric alert."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor

from components.alerts.spec import MetricAlertSpec
from components.facts.model import ResourceType
from components.placement import Placement

SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
SEVERAL = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"


def metric_alert(
    key: str,
    name: str,
    spec: MetricAlertSpec,
    row: ResourceType,
    scopes: Sequence[pulumi.Input[str]],
    *,
    together: bool,
    group: pulumi.Input[str],
    place: Placement,
    opts: pulumi.ResourceOptions,
) -> monitor.MetricAlert:
    """A rule over one resource, or ``together`` over several of one type and region. It resolves by itself once the
    condition no longer holds."""
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
            all_of=[
                criterion,
            ],
        )
        if together
        else monitor.MetricAlertSingleResourceMultipleMetricCriteriaArgs(odata_type=SINGLE, all_of=[criterion])
    )
    return monitor.MetricAlert(
        key,
        rule_name=name,
        resource_group_name=place.resource_group,
        location="global",
        description=spec.description,
        severity=spec.severity,
        enabled=True,
        auto_mitigate=True,
        scopes=list(scopes),
        evaluation_frequency=spec.frequency,
        window_size=spec.window,
        target_resource_type=row.arm if together else None,
        target_resource_region=place.location if together else None,
        criteria=criteria,
        actions=[{"action_group_id": group}],
        tags=place.tags,
        opts=opts,
    )
