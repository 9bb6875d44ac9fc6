"""What Azure makes of workspaces for metrics, collection rules and rule groups, and what it refuses about them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.harness.offline import REGION, Cloud, token_of

WORKSPACE = token_of("monitor-workspace")
ENDPOINT = token_of("data-collection-endpoint")
RULE = token_of("data-collection-rule")
ASSOCIATION = token_of("data-collection-rule-association")
GROUP = token_of("prometheus-rule-group")
UP = {"alert": "Up", "expression": "up == 0", "for": "PT5M", "severity": 3}


def workspace(cloud: Cloud, name: str = "mys-dev-core-amw-san") -> Any:
    """A workspace for metrics."""
    return cloud.make(WORKSPACE, azureMonitorWorkspaceName=name, location=REGION)


def group(scope: str, **changes: Any) -> dict[str, Any]:
    """The inputs of a rule group."""
    return {"ruleGroupName": "mys-dev-core-prometheus-san", "scopes": [scope], "rules": [UP], **changes}


def test_a_workspace_brings_a_group_of_its_own_that_goes_with_it(cloud: Cloud) -> None:
    made = workspace(cloud)
    assert made.properties["metrics"]["prometheusQueryEndpoint"].startswith("https://mys-dev-core-amw-san-")
    managed = made.properties["defaultIngestionSettings"]["dataCollectionRuleResourceId"].split("/providers/")[0]
    assert managed.endswith("/resourceGroups/MA_mys-dev-core-amw-san_southafricanorth_managed")
    assert cloud.world.get(managed) is not None
    cloud.delete(WORKSPACE, made.id)
    assert cloud.world.get(managed) is None


def test_an_endpoint_and_a_rule_keep_the_ids_that_azure_drew(cloud: Cloud) -> None:
    made = cloud.make(ENDPOINT, dataCollectionEndpointName="mys-dev-core-dce-san", kind="Linux")
    assert made.properties["immutableId"].startswith("dce-")
    assert made.properties["metricsIngestion"]["endpoint"].endswith(".metrics.ingest.monitor.azure.com")
    account = workspace(cloud)
    rule = cloud.make(
        RULE,
        dataCollectionRuleName="mys-dev-core-dcr-san",
        destinations={"monitoringAccounts": [{"name": "here", "accountResourceId": account.id}]},
        dataFlows=[{"streams": ["Microsoft-PrometheusMetrics"], "destinations": ["here"]}],
    )
    assert rule.properties["immutableId"].startswith("dcr-")
    (destination,) = rule.properties["destinations"]["monitoringAccounts"]
    assert destination["accountId"] == account.properties["accountId"]


def test_a_flow_to_a_destination_that_is_not_there_is_refused(cloud: Cloud) -> None:
    flow = {"streams": ["Microsoft-PrometheusMetrics"], "destinations": ["elsewhere"]}
    cloud.refused("InvalidPayload", RULE, dataCollectionRuleName="mys-dev-core-dcr-san", dataFlows=[flow])


def test_an_association_of_nothing_is_refused(cloud: Cloud) -> None:
    account = workspace(cloud)
    cloud.refused("InvalidPayload", ASSOCIATION, resourceUri=account.id, associationName="nothing")


@pytest.mark.parametrize(
    "changes",
    [
        {"rules": []},
        {"rules": [UP] * 21},
        {"rules": [{**UP, "record": "up:sum"}]},
        {"interval": "PT30S"},
        {"interval": "PT20M"},
        {"scopes": []},
    ],
)
def test_azure_refuses_a_rule_group(cloud: Cloud, changes: dict[str, Any]) -> None:
    cloud.refused("BadRequest", GROUP, **group(workspace(cloud).id, **changes))


def test_a_rule_group_stays_at_its_workspace(cloud: Cloud) -> None:
    one, other = workspace(cloud), workspace(cloud, "mys-dev-other-amw-san")
    made = cloud.make(GROUP, **group(one.id, interval="PT1M"))
    error = cloud.refused_update("BadRequest", GROUP, made.id, **group(other.id, interval="PT1M"))
    assert "cannot be changed" in str(error)
    assert cloud.update(GROUP, made.id, **group(one.id, interval="PT5M"))["interval"] == "PT5M"
