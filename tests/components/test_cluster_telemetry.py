"""The metrics and the logs of a cluster, made from their specs alone."""

from __future__ import annotations

from typing import Any

from components.cluster_telemetry.container_logs import ContainerLogs
from components.cluster_telemetry.metrics import ClusterMetrics
from components.cluster_telemetry.spec import ContainerLogsSpec, MetricsSpec
from components.surroundings.locks import Locks
from components.surroundings.surround import Surroundings
from tests.harness.build import PLACE, WORKSPACE_ID
from tests.harness.compose import Composition, compose

CLUSTER_ID = "/kubernetes-cluster/mys-dev-core-aks-san"
RULE = "azure-native:monitor:DataCollectionRule"
ASSOCIATION = "azure-native:monitor:DataCollectionRuleAssociation"
LOCK = "azure-native:authorization:ManagementLockByScope"
METRICS = MetricsSpec("mys-dev-core-amw-san", "mys-dev-core-dce-san", "mys-dev-coremetrics-dcr-san")


def metrics(*, locked: bool = False) -> Composition:
    """The metrics of a cluster."""
    locks = Locks(wanted=locked)

    def program() -> dict[str, Any]:
        surroundings = Surroundings(WORKSPACE_ID, None, locks)
        made = ClusterMetrics("core", METRICS, PLACE, surroundings, cluster_id=CLUSTER_ID)
        locks.put([])
        return {"endpoint": made.query_endpoint}

    return compose(program)


def test_metrics_go_from_the_cluster_through_the_endpoint_to_the_workspace() -> None:
    found = metrics()
    (rule,) = found.of(RULE)
    (workspace,) = found.of("azure-native:monitor:AzureMonitorWorkspace")
    assert workspace.inputs["azureMonitorWorkspaceName"] == METRICS.workspace
    assert rule.inputs["dataCollectionEndpointId"] == f"/data-collection-endpoint/{METRICS.endpoint}"
    assert rule.inputs["destinations"] == {
        "monitoringAccounts": [
            {"name": "workspace", "accountResourceId": f"/monitor-workspace/{METRICS.workspace}"},
        ]
    }
    (source,) = rule.inputs["dataSources"]["prometheusForwarder"]
    assert rule.inputs["dataFlows"] == [{"streams": source["streams"], "destinations": ["workspace"]}]
    (association,) = found.of(ASSOCIATION)
    assert association.inputs == {
        "associationName": "ContainerInsightsMetricsExtension",
        "resourceUri": CLUSTER_ID,
        "dataCollectionRuleId": f"/data-collection-rule/{METRICS.rule}",
    }


def test_the_workspace_of_metrics_holds_data_and_is_locked() -> None:
    assert metrics().of(LOCK) == []
    (lock,) = metrics(locked=True).of(LOCK)
    assert lock.inputs["scope"] == f"/monitor-workspace/{METRICS.workspace}"


def test_logs_go_to_the_workspace_as_containerlogv2_without_the_namespaces_that_are_left_out() -> None:
    spec = ContainerLogsSpec("mys-dev-corelogs-dcr-san", ("kube-system",))
    found = compose(
        lambda: ContainerLogs("core", spec, PLACE, workspace_id=WORKSPACE_ID, cluster_id=CLUSTER_ID) and None
    )
    (rule,) = found.of(RULE)
    (source,) = rule.inputs["dataSources"]["extensions"]
    collected = source["extensionSettings"]["dataCollectionSettings"]
    assert collected == {
        "interval": "1m",
        "namespaceFilteringMode": "Exclude",
        "namespaces": ["kube-system"],
        "enableContainerLogV2": True,
    }
    assert rule.inputs["destinations"] == {
        "logAnalytics": [{"name": "workspace", "workspaceResourceId": WORKSPACE_ID}],
    }
    assert rule.inputs["dataFlows"] == [{"streams": source["streams"], "destinations": ["workspace"]}]
    assert "Microsoft-ContainerLogV2" in source["streams"]
    (association,) = found.of(ASSOCIATION)
    assert association.inputs["associationName"] == "ContainerInsightsExtension"
