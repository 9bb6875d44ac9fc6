"""Quiet times, and the detection of failures that Azure would else set up itself."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import alertsmanagement

from components.alerts.spec import SUPPRESSED, QuietSpec
from components.placement import Placement

DETECTOR = "FailureAnomaliesDetector"


def quiet_time(
    key: str, spec: QuietSpec, scopes: Sequence[pulumi.Input[str]], place: Placement, opts: pulumi.ResourceOptions
) -> None:
    """A time in which alerts about ``scopes``, but for severity 0 and 1, fire without telling anybody."""
    recurrences = [
        alertsmanagement.WeeklyRecurrenceArgs(
            recurrence_type="Weekly", days_of_week=[day], start_time=start, end_time=end
        )
        for day, start, end in spec.weekly
    ]
    alertsmanagement.AlertProcessingRuleByName(
        key,
        alert_processing_rule_name=spec.name,
        resource_group_name=place.resource_group,
        location="global",
        properties=alertsmanagement.AlertProcessingRulePropertiesArgs(
            description=spec.reason,
            enabled=True,
            scopes=list(scopes),
            conditions=[alertsmanagement.ConditionArgs(field="Severity", operator="Equals", values=list(SUPPRESSED))],
            schedule=alertsmanagement.ScheduleArgs(
                time_zone="UTC",
                effective_from=spec.begins or None,
                effective_until=spec.ends or None,
                recurrences=recurrences or None,
            ),
            actions=[alertsmanagement.RemoveAllActionGroupsArgs(action_type="RemoveAllActionGroups")],
        ),
        tags=place.tags,
        opts=opts,
    )


def failure_anomalies(
    key: str,
    name: str,
    component: pulumi.Input[str],
    *,
    group: pulumi.Input[str],
    description: str,
    place: Placement,
    opts: pulumi.ResourceOptions,
) -> None:
    """The rule that Application Insights makes for each component that lacks it, with a group of its own; the name
    tells Azure that it is there."""
    alertsmanagement.SmartDetectorAlertRule(
        key,
        alert_rule_name=name,
        resource_group_name=place.resource_group,
        location="global",
        description=description,
        severity="Sev3",
        state="Enabled",
        frequency="PT1M",
        detector={"id": DETECTOR},
        scope=[component],
        action_groups={"group_ids": [group]},
        tags=place.tags,
        opts=opts,
    )
