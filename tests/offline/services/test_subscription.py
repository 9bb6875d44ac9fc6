"""What Azure refuses about what watches a subscription."""

from __future__ import annotations

from typing import Any

import pytest

from components.subscription.facts import MAXIMUM_ACTIVITY_ALERTS, MAXIMUM_ANOMALY_ALERTS
from tests.harness.offline import ROOT, SUBSCRIPTION, Cloud, token_of

SCOPE = f"/subscriptions/{SUBSCRIPTION}"
SETTING, ALERT, CONTACT, ANOMALY = (
    token_of(key)
    for key in ("subscription-diagnostic-setting", "activity-log-alert", "security-contact", "cost-anomaly-alert")
)


def alert(name: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "activityLogAlertName": name,
        "location": "global",
        "scopes": [SCOPE],
        "condition": {"allOf": [{"field": "category", "equals": "ServiceHealth"}]},
        "actions": {"actionGroups": []},
        **more,
    }


def anomaly(name: str = "a", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "scope": SCOPE,
        "kind": "InsightAlert",
        "displayName": "Cost anomalies dev",
        "status": "Enabled",
        "viewId": f"{SCOPE}/providers/Microsoft.CostManagement/views/ms:DailyAnomalyByResourceGroup",
        "notification": {"subject": "Unexpected cost", "to": ["a@example.com"]},
        "schedule": {
            "frequency": "Daily",
            "startDate": "2026-09-30T00:00:00Z",
            "endDate": "2027-09-30T00:00:00Z",
        },
        **more,
    }


def test_the_activity_log_needs_a_place_and_has_eight_categories(cloud: Cloud) -> None:
    logs = [{"category": "Administrative", "enabled": True}]
    workspace = cloud.workspace().id
    made = cloud.make(SETTING, name="activity-log", workspaceId=workspace, logs=logs)
    assert made.id == f"{SCOPE}/providers/Microsoft.Insights/diagnosticSettings/activity-log"
    cloud.refused("BadRequest", SETTING, name="nowhere", logs=logs)
    unknown = [{"category": "AuditEvent", "enabled": True}]
    cloud.refused("BadRequest", SETTING, name="other", workspaceId=workspace, logs=unknown)


def test_an_activity_log_alert_needs_a_location(cloud: Cloud) -> None:
    inputs = {key: value for key, value in alert().items() if key != "location"}
    error = cloud.refused("LocationRequired", ALERT, **inputs)
    assert "The location property is required for this definition." in str(error)


def test_there_are_a_hundred_activity_log_alerts_and_no_more(cloud: Cloud) -> None:
    made = [cloud.make(ALERT, **alert(f"a{number}")) for number in range(MAXIMUM_ACTIVITY_ALERTS)]
    cloud.refused("BadRequest", ALERT, **alert("one-more"))
    cloud.update(ALERT, made[0].id, **alert("a0", description="still changed"))
    cloud.delete(ALERT, made[0].id)
    cloud.make(ALERT, **alert("one-more"))


def test_a_subscription_has_one_contact(cloud: Cloud) -> None:
    made = cloud.make(CONTACT, securityContactName="default", emails="a@example.com", isEnabled=True)
    assert made.id == f"{SCOPE}/providers/Microsoft.Security/securityContacts/default"
    cloud.refused("InvalidResourceName", CONTACT, securityContactName="another", emails="a@example.com")


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("InvalidInsightAlertRequestScope", {"scope": ROOT}),
        ("InvalidScheduledActionDisplayName", {"displayName": "x" * 26}),
        ("BadRequest", {"notification": {"subject": "x" * 51, "to": ["a@example.com"]}}),
        (
            "BadRequest",
            {
                "schedule": {
                    "frequency": "Daily",
                    "startDate": "2026-01-01T00:00:00Z",
                    "endDate": "2027-01-02T00:00:00Z",
                }
            },
        ),
        (
            "BadRequest",
            {
                "schedule": {
                    "frequency": "Weekly",
                    "startDate": "2026-01-01T00:00:00Z",
                    "endDate": "2026-02-01T00:00:00Z",
                }
            },
        ),
    ],
)
def test_an_anomaly_alert_that_azure_does_not_take(cloud: Cloud, code: str, more: dict[str, Any]) -> None:
    cloud.refused(code, ANOMALY, **anomaly(**more))


def test_there_are_five_anomaly_alerts_and_none_changes(cloud: Cloud) -> None:
    made = [cloud.make(ANOMALY, **anomaly(f"a{number}")) for number in range(MAXIMUM_ANOMALY_ALERTS)]
    cloud.refused("BadRequest", ANOMALY, **anomaly("sixth"))
    error = cloud.refused_update("BadRequest", ANOMALY, made[0].id, **anomaly("a0", displayName="Another"))
    assert "eTag" in str(error)
    cloud.delete(ANOMALY, made[0].id)
    cloud.make(ANOMALY, **anomaly("sixth", displayName="Another"))


def test_a_scheduled_mail_of_another_kind_is_no_anomaly_alert(cloud: Cloud) -> None:
    cloud.make(ANOMALY, **anomaly("mail", kind="Email", displayName="A view that is sent every month"))
