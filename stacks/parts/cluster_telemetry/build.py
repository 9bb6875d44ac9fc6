"""Managed Prometheus of the cluster, and the logs of its containers."""

from __future__ import annotations

from components.cluster_telemetry.container_logs import ContainerLogs
from components.cluster_telemetry.metrics import ClusterMetrics
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.cluster_telemetry.plan import METRICS_SCOPE, ClusterTelemetryPlan
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.site import Site


def build_cluster_telemetry(site: Site, plan: ClusterTelemetryPlan) -> None:
    """Register the workspace of the metrics, and the rules by which the agents in the cluster send."""
    cluster_id = site.resources[CLUSTER_SCOPE]
    if plan.metrics:
        metrics = ClusterMetrics(
            "core", plan.metrics, site.place(), site.around, cluster_id=cluster_id, opts=site.options()
        )
        site.resources.put(METRICS_SCOPE, metrics.id)
        site.outputs.put("metrics_endpoint", metrics.query_endpoint)
    if plan.logs:
        ContainerLogs(
            "core",
            plan.logs,
            site.place(),
            workspace_id=site.resources[WORKSPACE],
            cluster_id=cluster_id,
            opts=site.options(),
        )
