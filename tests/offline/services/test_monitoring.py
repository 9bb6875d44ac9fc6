"""What Azure refuses about workspaces, telemetry and action groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

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
