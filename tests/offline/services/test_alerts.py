"""What Azure refuses about alert rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from components.facts.errors import TRANSIENT_ERRORS
from tests.harness.offline import REGION, Cloud, token_of

ALERT = token_of("metric-alert")
QUERY = token_of("scheduled-query-rule")
CRITERION = {
    "criterionType": "StaticThresholdCriterion",
    "name": "condition",
    "metricName": "StorageUsed",
    "operator": "GreaterThan",
    "threshold": 1,
    "timeAggregation": "Average",
}
SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
SEVERAL = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"


def alert(*scopes: str, kind: str = SINGLE, **more: Any) -> Mapping[str, Any]:
    return {
        "ruleName": "mys-dev-corestorage-alert-glob",
        "location": "global",
        "enabled": True,
        "severity": 3,
        "scopes": list(scopes),
        "evaluationFrequency": "PT5M",
        "windowSize": "PT15M",
        "criteria": {"odataType": kind, "allOf": [CRITERION]},
        **more,
    }


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("LocationNotAvailableForResourceType", {"location": REGION}),
        ("BadRequest", {"windowSize": "PT20M"}),
        ("BadRequest", {"evaluationFrequency": "PT2M"}),
        ("BadRequest", {"evaluationFrequency": "PT30M"}),
        ("BadRequest", {"criteria": {"odataType": SEVERAL, "allOf": [CRITERION]}}),
    ],
)
def test_azure_refuses(cloud: Cloud, code: str, change: Mapping[str, Any]) -> None:
    registry = cloud.registry()
    cloud.workspace()
    cloud.refused(code, ALERT, **{**alert(registry.id), **change})


def test_a_rule_without_location_is_refused(cloud: Cloud) -> None:
    registry = cloud.registry()
    cloud.workspace()
    inputs = {name: value for name, value in alert(registry.id).items() if name != "location"}
    cloud.refused("LocationRequired", ALERT, **inputs)


def test_several_resources_need_the_other_kind_of_rule(cloud: Cloud) -> None:
    registry, workspace = cloud.registry(), cloud.workspace()
    cloud.identity("later")
    refused = cloud.refused("BadRequest", ALERT, **alert(registry.id, workspace.id))
    assert "one scope" in str(refused)


def test_the_metrics_of_a_new_resource_are_not_known_at_once(cloud: Cloud) -> None:
    registry = cloud.registry()
    refused = cloud.refused("BadRequest", ALERT, **alert(registry.id))
    assert "Couldn't find a metric named StorageUsed" in str(refused)
    code, _, part = next(each.code for each in TRANSIENT_ERRORS if "metric named" in each.code).partition(": ")
    assert code == "BadRequest"
    assert part in str(refused)
    unseen = {"odataType": SINGLE, "allOf": [{**CRITERION, "skipMetricValidation": True}]}
    cloud.make(ALERT, **alert(registry.id, ruleName="unseen", criteria=unseen))
    made = cloud.make(ALERT, **alert(registry.id))
    assert made.properties["actions"] == []
    # An update asks for a metric that has been there all the time.
    cloud.update(ALERT, made.id, **alert(registry.id, severity=2))


def query(scope: str, **more: Any) -> Mapping[str, Any]:
    return {
        "ruleName": "mys-dev-corechanges-query-san",
        "location": REGION,
        "scopes": [scope],
        "evaluationFrequency": "PT15M",
        "windowSize": "PT1H",
        "severity": 2,
        **more,
    }


def test_a_query_rule_keeps_its_scope(cloud: Cloud) -> None:
    first = cloud.workspace().id
    other = cloud.make(token_of("log-analytics-workspace"), workspaceName="mys-dev-other-log-san", location=REGION).id
    made = cloud.make(QUERY, **query(first))
    assert cloud.update(QUERY, made.id, **query(first, severity=3))["severity"] == 3
    error = cloud.refused_update("BadRequest", QUERY, made.id, **query(other))
    assert "Scope can not be updated" in str(error)


@pytest.mark.parametrize("more", [{"evaluationFrequency": "PT7M"}, {"windowSize": "PT20M"}, {"windowSize": "P3D"}])
def test_a_query_over_a_window_that_azure_does_not_offer(cloud: Cloud, more: Mapping[str, Any]) -> None:
    cloud.refused("BadRequest", QUERY, **query(cloud.workspace().id, **more))


def test_a_query_about_a_table_that_a_new_workspace_lacks(cloud: Cloud) -> None:
    workspace = cloud.workspace().id
    asks = {
        "criteria": {
            "allOf": [{"query": "// Pods.\nlet least = 2;\nKubePodInventory\n| count", "operator": "GreaterThan"}]
        }
    }
    error = cloud.refused("BadRequest", QUERY, **query(workspace, **asks))
    assert "table or column expression named 'KubePodInventory'" in str(error)
    made = cloud.make(QUERY, **query(workspace, **asks, skipQueryValidation=True))
    cloud.update(QUERY, made.id, **query(workspace, **asks, skipQueryValidation=False, severity=3))


def test_a_rule_that_ends_by_itself_is_not_silenced(cloud: Cloud) -> None:
    """azurerm: monitor_scheduled_query_rules_alert_v2, which asks before Azure does."""
    more = {"autoMitigate": True, "muteActionsDuration": "PT6H"}
    error = cloud.refused("BadRequest", QUERY, **query(cloud.workspace().id, **more))
    assert "Auto mitigation must be disabled" in str(error)


def test_the_longest_window_of_a_query_is_two_days(cloud: Cloud) -> None:
    cloud.make(QUERY, **query(cloud.workspace().id, windowSize="P2D", evaluationFrequency="P1D"))


# Questions from outside.

TEST = token_of("web-test")


def web_test(component: str, **more: Any) -> Mapping[str, Any]:
    return {
        "webTestName": "mys-dev-appapi-test-san",
        "syntheticMonitorId": "mys-dev-appapi-test-san",
        "webTestKind": "standard",
        "location": REGION,
        "frequency": 900,
        "locations": [{"location": "emea-nl-ams-azr"}],
        "tags": {f"hidden-link:{component}": "Resource"},
        **more,
    }


def test_a_test_is_tied_to_one_component_that_exists(cloud: Cloud) -> None:
    component = cloud.make(token_of("application-insights"), resourceName="mys-dev-app-ai-san", location=REGION)
    for tags in ({}, {f"hidden-link:{component.id}x": "Resource"}, {f"hidden-link:{cloud.registry().id}": "Resource"}):
        refused = cloud.refused("BadRequest", TEST, **web_test(component.id, tags=tags))
        assert "A single 'hidden-link' tag pointing to an existing AI component is required. Found none." in str(
            refused
        )
    cloud.refused("BadRequest", TEST, **web_test(component.id, frequency=60))
    cloud.refused("BadRequest", TEST, **web_test(component.id, locations=[{"location": "afr-za-jnb-azr"}]))
    cloud.refused("LocationNotAvailableForResourceType", TEST, **web_test(component.id, location="mars"))
    made = cloud.make(TEST, **web_test(component.id))
    criteria = {
        "odataType": "Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria",
        "webTestId": made.id,
        "componentId": component.id,
        "failedLocationCount": 3,
    }
    refused = cloud.refused("BadRequest", ALERT, **alert(made.id, criteria=criteria))
    assert "the test and its component" in str(refused)
    cloud.make(ALERT, **alert(made.id, component.id, criteria=criteria))
