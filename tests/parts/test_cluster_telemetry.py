"""What is measured of the cluster, and what of its logs is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from components.facts.vm_sizes import AGENTS
from stacks.parts.cluster_telemetry.plan import CLUSTER_TELEMETRY
from stacks.parts.people.plan import PEOPLE
from stacks.plan.model import StackPlan
from tests.harness.build import compose_up_to
from tests.harness.compose import Composition
from tests.harness.settings import edited_plan, every_environment

CLUSTER = "azure-native:containerservice:ManagedCluster"
WORKSPACE = "azure-native:monitor:AzureMonitorWorkspace"
RULE = "azure-native:monitor:DataCollectionRule"
ASSOCIATION = "azure-native:monitor:DataCollectionRuleAssociation"
LOCK = "azure-native:authorization:ManagementLockByScope"


@every_environment
@pytest.mark.control(26)
def test_the_log_agent_has_a_token_of_entra_and_a_rule(stack: str, composed: Mapping[str, Composition]) -> None:
    (cluster,) = composed[stack].of(CLUSTER)
    workspace = f"/log-analytics-workspace/mys-{stack}-core-log-san"
    assert cluster.inputs["addonProfiles"]["omsagent"] == {
        "enabled": True,
        "config": {"logAnalyticsWorkspaceResourceID": workspace, "useAADAuth": "true"},
    }
    (rule,) = (each for each in composed[stack].of(RULE) if "logAnalytics" in each.inputs["destinations"])
    assert rule.inputs["destinations"]["logAnalytics"] == [{"name": "workspace", "workspaceResourceId": workspace}]
    (source,) = rule.inputs["dataSources"]["extensions"]
    collected = source["extensionSettings"]["dataCollectionSettings"]
    assert collected["enableContainerLogV2"] is True
    assert (collected["namespaceFilteringMode"], "kube-system" in collected["namespaces"]) == ("Exclude", True)


@every_environment
@pytest.mark.control(27)
def test_managed_prometheus_measures_the_cluster(stack: str, composed: Mapping[str, Composition]) -> None:
    found = composed[stack]
    (cluster,), (workspace,) = found.of(CLUSTER), found.of(WORKSPACE)
    assert cluster.inputs["azureMonitorProfile"] == {"metrics": {"enabled": True}}
    assert workspace.inputs["azureMonitorWorkspaceName"] == f"mys-{stack}-core-amw-san"
    (rule,) = (each for each in found.of(RULE) if "monitoringAccounts" in each.inputs["destinations"])
    (account,) = rule.inputs["destinations"]["monitoringAccounts"]
    assert account["accountResourceId"] == f"/monitor-workspace/mys-{stack}-core-amw-san"
    joined = {each.inputs["associationName"]: each.inputs for each in found.of(ASSOCIATION)}
    assert set(joined) == {"ContainerInsightsMetricsExtension", "ContainerInsightsExtension"}
    assert {each["resourceUri"] for each in joined.values()} == {
        f"/kubernetes-cluster/{cluster.inputs['resourceName']}"
    }


@every_environment
def test_the_workspace_of_metrics_is_protected_and_locked_in_prod(
    stack: str, composed: Mapping[str, Composition]
) -> None:
    (workspace,) = composed[stack].of(WORKSPACE)
    assert workspace.protect
    scopes = {each.inputs["scope"] for each in composed[stack].of(LOCK)}
    assert (f"/monitor-workspace/mys-{stack}-core-amw-san" in scopes) == (stack == "prod")


@every_environment
def test_the_endpoint_that_answers_queries_is_an_output(stack: str, composed: Mapping[str, Composition]) -> None:
    assert "metrics_endpoint" in composed[stack].outputs


@pytest.mark.parametrize(
    ("prometheus", "container_logs", "rules"),
    [(True, False, {"core-metrics"}), (False, True, {"core-logs"}), (False, False, set())],
)
def test_what_is_switched_off_is_not_there(
    folder: Path, prometheus: bool, container_logs: bool, rules: set[str]
) -> None:
    plan = edited_plan(folder, "dev", {"aks.prometheus": prometheus, "aks.container_logs": container_logs})
    found = compose_up_to(PEOPLE, plan)
    (cluster,) = found.of(CLUSTER)
    assert {each.name for each in found.of(RULE)} == {each.name for each in found.of(ASSOCIATION)} == rules
    assert bool(found.of(WORKSPACE)) == prometheus
    assert cluster.inputs["azureMonitorProfile"]["metrics"]["enabled"] is prometheus
    assert cluster.inputs["addonProfiles"]["omsagent"]["enabled"] is container_logs
    assert any(each.role.key == "metrics-reader" for each in plan.grants) == prometheus
    assert (plan.get(CLUSTER_TELEMETRY) is None) == (not rules)
    agents = {agent.name for agents in AGENTS.values() for agent in agents}
    running = {each.name for each in plan.pods} & agents
    assert bool(running & {"ama-metrics"}) == prometheus
    assert bool(running & {"ama-logs-rs"}) == container_logs


@every_environment
def test_capacity_counts_the_agents(stack: str, plans: Mapping[str, StackPlan]) -> None:
    once = {each.name: each for each in plans[stack].pods}
    for agent in (each for agents in AGENTS.values() for each in agents if each.copies):
        found = once[agent.name]
        assert (found.pool, found.millicores, found.memory_mib) == ("system", agent.millicores, agent.memory_mib)
        assert found.minimum == found.maximum == agent.copies
