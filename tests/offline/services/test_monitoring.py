"""What Azure refuses about workspaces, telemetry and action groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from offline.azure.owned import make_anomaly_rules
from offline.rpc.protocol import ProviderError
from tests.harness.offline import OTHER_REGION, REGION, Cloud, token_of

WORKSPACE = token_of("log-analytics-workspace")


@pytest.mark.parametrize(
    ("code", "key", "inputs"),
    [
        (
            "InvalidParameter",
            "log-analytics-workspace",
            {"workspaceName": "mys-dev-core-log-san", "retentionInDays": 7},
        ),
        (
            "GroupShortNameIsTooLong",
            "action-group",
            {"actionGroupName": "a", "location": "global", "enabled": True, "groupShortName": "x" * 13},
        ),
        (
            "LocationNotAvailableForResourceType",
            "action-group",
            {"actionGroupName": "a", "location": REGION, "enabled": True, "groupShortName": "x"},
        ),
    ],
)
def test_azure_refuses(cloud: Cloud, code: str, key: str, inputs: Mapping[str, Any]) -> None:
    cloud.refused(code, token_of(key), **inputs)


def test_a_later_read_lists_the_metrics_that_a_diagnostic_setting_left_out(cloud: Cloud) -> None:
    registry, setting = cloud.registry(), token_of("diagnostic-setting")
    inputs = {"logs": [{"categoryGroup": "allLogs", "enabled": True}], "workspaceId": cloud.workspace().id}
    made = cloud.make(setting, resourceUri=registry.id, name="to-workspace", **inputs)
    assert "metrics" not in made.properties
    read = cloud.azure.read("urn", setting, made.id, {}, {})
    assert read is not None
    assert [(each["category"], each["enabled"]) for each in read.properties["metrics"]] == [("AllMetrics", False)]


def test_a_deleted_workspace_comes_back_where_it_was(cloud: Cloud) -> None:
    made = cloud.workspace()
    cloud.delete(WORKSPACE, made.id)
    assert [each.id for each in cloud.world.kept()] == [made.id]
    name = made.id.rpartition("/")[2]
    cloud.make(token_of("resource-group"), resourceGroupName="other", location=REGION)
    for elsewhere in ({"resourceGroupName": "other", "location": REGION}, {"location": OTHER_REGION}):
        error = cloud.refused("Conflict", WORKSPACE, workspaceName=name, **elsewhere)
        assert f"The workspace name '{name}' is not unique" in str(error)
    again = cloud.workspace()
    assert again.properties["customerId"] == made.properties["customerId"]
    assert cloud.world.kept() == []


def test_azure_makes_the_rule_about_failures_where_there_is_none(cloud: Cloud) -> None:
    """Under the name that the program gives it: whoever comes later finds it taken."""
    component, rule = token_of("application-insights"), token_of("smart-detector-alert-rule")
    made = cloud.make(component, resourceName="mys-dev-app-ai-san", location=REGION)
    cloud.make(component, resourceName="mys-dev-chain-ai-san", location=REGION)
    inputs = {
        "alertRuleName": "Failure Anomalies - mys-dev-app-ai-san",
        "location": "global",
        "state": "Enabled",
        "severity": "Sev3",
        "frequency": "PT1M",
        "detector": {"id": "FailureAnomaliesDetector"},
        "scope": [made.id],
        "actionGroups": {"groupIds": []},
    }
    cloud.make(rule, **inputs)
    assert make_anomaly_rules(cloud.world) == 1
    assert make_anomaly_rules(cloud.world) == 0
    names = {each.id.rpartition("/")[2] for each in cloud.world.of_type(rule)}
    assert names == {"Failure Anomalies - mys-dev-app-ai-san", "Failure Anomalies - mys-dev-chain-ai-san"}
    (group,) = cloud.world.of_type(token_of("action-group"))
    assert group.id.endswith("/Application Insights Smart Detection")
    with pytest.raises(ProviderError, match="already exist"):
        cloud.make(rule, **{**inputs, "alertRuleName": "Failure Anomalies - mys-dev-chain-ai-san"})
