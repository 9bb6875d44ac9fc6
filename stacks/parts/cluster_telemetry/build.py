"""Managed Prometheus of the cluster, and the logs of its containers."""

from __future__ import annotations

from components.cluster_telemetry.container_logs import ContainerLogs
from components.cluster_telemetry.metrics import ClusterMetrics
from components.cluster_telemetry.rule_groups import ClusterAlerts
from components.kubernetes.objects import KubernetesObject
from stacks.parts.aks.plan import CLUSTER_SCOPE
from stacks.parts.cluster_telemetry.plan import METRICS_SCOPE, ClusterTelemetryPlan
from stacks.parts.kubernetes.plan import KUBERNETES_PROVIDER
from stacks.parts.monitoring.plan import WORKSPACE
from stacks.parts.monitoring.routes import action_group
from stacks.parts.site import Site


def build_cluster_telemetry(site: Site, plan: ClusterTelemetryPlan) -> None:
    """Register the workspace of the metrics, the rules by which the agents in the cluster send, and the alerts."""
    cluster_id = site.resources[CLUSTER_SCOPE]
    if plan.metrics:
        metrics = ClusterMetrics(
            "core", plan.metrics, site.place(), site.around, cluster_id=cluster_id, opts=site.options()
        )
        site.resources.put(METRICS_SCOPE, metrics.id)
        site.outputs.put("metrics_endpoint", metrics.query_endpoint)
        ClusterAlerts(
            "core",
            plan.alerts,
            site.place(),
            workspace_id=metrics.id,
            cluster_id=cluster_id,
            action_groups={severity: site.resources[action_group(severity)] for severity in _severities(plan)},
            opts=site.options(),
        )
    if plan.settings:
        KubernetesObject("config-map", "metrics-settings", plan.settings, site.options(KUBERNETES_PROVIDER))
    if plan.logs:
        ContainerLogs(
            "core",
            plan.logs,
            site.place(),
            workspace_id=site.resources[WORKSPACE],
            cluster_id=cluster_id,
            opts=site.options(),
        )


def _severities(plan: ClusterTelemetryPlan) -> set[int]:
    return {rule.severity for group in plan.alerts for rule in group.rules}
