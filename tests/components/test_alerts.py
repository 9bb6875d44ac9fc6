"""Alert rules, made from their specs alone."""

from __future__ import annotations

from dataclasses import replace

import pulumi
import pytest

from components.alerts.metric_alert import Watch, metric_alert
from components.alerts.processing import Detection, Quiet, failure_anomalies, quiet_time
from components.alerts.spec import Dimension, MetricAlertSpec, QuietSpec
from components.facts.types import RESOURCE_TYPES
from tests.harness.build import PLACE
from tests.harness.compose import Registered, compose

SPEC = MetricAlertSpec("Availability", "Average", "LessThan", 90, "PT5M", "PT1M", 1, "It is down.")
VAULT = RESOURCE_TYPES["key-vault"]
GROUP = "/action-group/page"


def alert(spec: MetricAlertSpec, *scopes: str, together: bool) -> Registered:
    def program() -> None:
        watch = Watch(
            key="core-vaultdown",
            name="mys-dev-corevaultdown-alert-glob",
            spec=spec,
            row=VAULT,
            scopes=scopes,
            together=together,
            group=GROUP,
        )
        metric_alert(watch, PLACE, pulumi.ResourceOptions())

    (found,) = compose(program).of("azure-native:monitor:MetricAlert")
    return found


def test_an_alert_is_about_one_resource_and_ends_by_itself() -> None:
    found = alert(replace(SPEC, dimensions=(Dimension("StatusCode", ("429", "403")),)), "/a", together=False).inputs
    assert (found["location"], found["enabled"], found["autoMitigate"], found["severity"]) == ("global", True, True, 1)
    assert found["actions"] == [{"actionGroupId": GROUP}]
    assert found["criteria"] == {
        "odataType": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        "allOf": [
            {
                "criterionType": "StaticThresholdCriterion",
                "name": "condition",
                "metricNamespace": "Microsoft.KeyVault/vaults",
                "metricName": "Availability",
                "operator": "LessThan",
                "threshold": 90,
                "timeAggregation": "Average",
                "dimensions": [{"name": "StatusCode", "operator": "Include", "values": ["429", "403"]}],
            }
        ],
    }
    assert "targetResourceType" not in found


def test_an_alert_about_several_says_of_which_type_and_region() -> None:
    found = alert(SPEC, "/a", "/b", together=True).inputs
    assert found["scopes"] == ["/a", "/b"]
    assert found["targetResourceType"] == "Microsoft.KeyVault/vaults"
    assert found["targetResourceRegion"] == PLACE.location
    assert found["criteria"]["odataType"].endswith("MultipleResourceMultipleMetricCriteria")


@pytest.mark.parametrize("weekly", [True, False])
def test_a_quiet_time_comes_every_week_or_once(weekly: bool) -> None:
    name = "mys-dev-coretime1-quiet-glob"
    spec = (
        QuietSpec(name, "Maintenance.", weekly=(("Monday", "23:00:00", "23:59:59"),))
        if weekly
        else QuietSpec(name, "A holiday.", begins="2026-12-24T18:00:00", ends="2026-12-27T06:00:00")
    )
    quiet = Quiet(key="time", spec=spec, scopes=["/a"])
    found = compose(lambda: quiet_time(quiet, PLACE, pulumi.ResourceOptions()))
    (rule,) = found.of("azure-native:alertsmanagement:AlertProcessingRuleByName")
    schedule = rule.inputs["properties"]["schedule"]
    assert schedule["timeZone"] == "UTC"
    recurrence = {
        "recurrenceType": "Weekly",
        "daysOfWeek": ["Monday"],
        "startTime": "23:00:00",
        "endTime": "23:59:59",
    }
    assert schedule.get("recurrences") == ([recurrence] if weekly else None)
    assert schedule.get("effectiveFrom") == (None if weekly else "2026-12-24T18:00:00")
    assert rule.inputs["properties"]["scopes"] == ["/a"]


def test_failures_are_looked_for_under_azure_s_own_name() -> None:
    def program() -> None:
        detection = Detection(
            key="app",
            name="Failure Anomalies - mys-dev-app-ai-san",
            component="/component",
            group=GROUP,
            description="It fails.",
        )
        failure_anomalies(detection, PLACE, pulumi.ResourceOptions())

    (rule,) = compose(program).of("azure-native:alertsmanagement:SmartDetectorAlertRule")
    assert rule.inputs["alertRuleName"] == "Failure Anomalies - mys-dev-app-ai-san"
    assert rule.inputs["actionGroups"] == {"groupIds": [GROUP]}
    assert (rule.inputs["severity"], rule.inputs["state"], rule.inputs["scope"]) == ("Sev3", "Enabled", ["/component"])
