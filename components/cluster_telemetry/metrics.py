"""Managed Prometheus: a workspace for metrics, and the way of a cluster's metrics into it."""

from __future__ import annotations

import pulumi
from pulumi_azure_native import monitor

from components.cluster_telemetry.facts import METRICS_ASSOCIATION, PROMETHEUS_STREAM
from components.cluster_telemetry.spec import MetricsSpec
from components.placement import Placement
from components.surroundings.surround import Surroundings, surround

DESTINATION = "workspace"


class ClusterMetrics(pulumi.ComponentResource):
    """An Azure Monitor workspace that keeps metrics for 18 months, and the rule by which a cluster's agents send them.

    What is sent needs a token of Entra; there is no key. ``query_endpoint`` answers PromQL to whoever has the role
    Monitoring Data Reader.
    """

    TOKEN = "mystira:monitoring:ClusterMetrics"
    id: pulumi.Output[str]
    query_endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        spec: MetricsSpec,
        place: Placement,
        surroundings: Surroundings,
        *,
        cluster_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(self.TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        workspace = monitor.AzureMonitorWorkspace(
            name,
            azure_monitor_workspace_name=spec.workspace,
            resource_group_name=place.resource_group,
            location=place.location,
            tags=place.tags,
            opts=child,
        )
        endpoint = monitor.DataCollectionEndpoint(
            name,
            data_collection_endpoint_name=spec.endpoint,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="Linux",
            network_acls={"public_network_access": "Enabled"},
            tags=place.tags,
            opts=child,
        )
        rule = monitor.DataCollectionRule(
            f"{name}-metrics",
            data_collection_rule_name=spec.rule,
            resource_group_name=place.resource_group,
            location=place.location,
            kind="Linux",
            description="Metrics of the cluster, to its Azure Monitor workspace",
            data_collection_endpoint_id=endpoint.id,
            data_sources={"prometheus_forwarder": [{"name": "prometheus", "streams": [PROMETHEUS_STREAM]}]},
            destinations={"monitoring_accounts": [{"name": DESTINATION, "account_resource_id": workspace.id}]},
            data_flows=[{"streams": [PROMETHEUS_STREAM], "destinations": [DESTINATION]}],
            tags=place.tags,
            opts=child,
        )
        monitor.DataCollectionRuleAssociation(
            f"{name}-metrics",
            association_name=METRICS_ASSOCIATION,
            resource_uri=cluster_id,
            data_collection_rule_id=rule.id,
            opts=child,
        )
        surround(self, workspace, "monitor-workspace", surroundings)
        self.id = workspace.id
        self.query_endpoint = workspace.metrics.apply(lambda found: found.prometheus_query_endpoint)
        self.register_outputs({"id": self.id, "queryEndpoint": self.query_endpoint})
