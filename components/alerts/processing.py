"""Quiet times, and the detection of failures that Azure would else set up itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_azure_native import alertsmanagement

from components.alerts.spec import SUPPRESSED, QuietSpec
from components.placement import Placement

DETECTOR = "FailureAnomaliesDetector"


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """A quiet time, and what is quiet then."""

    key: str
    """Its logical name."""
    spec: QuietSpec
    scopes: Sequence[pulumi.Input[str]]
    """The ids of resources or resource groups."""


@dataclass(frozen=True, kw_only=True)
class Detection:
    """The detection of failures in what an Application Insights component is told."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    component: pulumi.Input[str]
    """The id of the component."""
    group: pulumi.Input[str]
    """The id of the action group."""
    description: str


def quiet_time(quiet: Quiet, place: Placement, opts: pulumi.ResourceOptions) -> None:
    """A time in which alerts, but for severity 0 and 1, fire without telling anybody."""
    spec = quiet.spec
    recurrences = [
        alertsmanagement.WeeklyRecurrenceArgs(
            recurrence_type="Weekly", days_of_week=[day], start_time=start, end_time=end
        )
        for day, start, end in spec.weekly
    ]
    alertsmanagement.AlertProcessingRuleByName(
        quiet.key,
        alert_processing_rule_name=spec.name,
        resource_group_name=place.resource_group,
        location="global",
        properties=alertsmanagement.AlertProcessingRulePropertiesArgs(
            description=spec.reason,
            enabled=True,
            scopes=list(quiet.scopes),
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


def failure_anomalies(detection: Detection, place: Placement, opts: pulumi.ResourceOptions) -> None:
    """The rule that Application Insights makes for each component that lacks it, with a group of its own; the name
    tells Azure that it is there."""
    alertsmanagement.SmartDetectorAlertRule(
        detection.key,
        alert_rule_name=detection.name,
        resource_group_name=place.resource_group,
        location="global",
        description=detection.description,
        severity="Sev3",
        state="Enabled",
        frequency="PT1M",
        detector={"id": DETECTOR},
        scope=[detection.component],
        action_groups={"group_ids": [detection.group]},
        tags=place.tags,
        opts=opts,
    )
