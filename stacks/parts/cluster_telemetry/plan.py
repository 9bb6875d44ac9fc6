"""Managed Prometheus of the cluster, and the logs of its containers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.cluster_telemetry.facts import SYSTEM_NAMESPACES
from components.cluster_telemetry.rules import LEVELS, RULES, SETTINGS, SETTINGS_NAMESPACE, settings
from components.cluster_telemetry.spec import ContainerLogsSpec, MetricsSpec, RuleGroupSpec
from components.kubernetes.manifests import Manifest, labels, metadata
from components.naming.kubernetes import CERTIFICATES, namespace
from stacks.catalogue.names import CORE
from stacks.context import Context
from stacks.parts.part import Part
from stacks.parts.workloads.policies import instance
from stacks.settings.models import EnvironmentSettings

METRICS_SCOPE = "metrics-workspace"
"""The Azure Monitor workspace, as the plan refers to it."""


@dataclass(frozen=True)
class ClusterTelemetryPlan:
    """What is measured of the cluster, and what of its logs is kept; ``None``: nothing."""

    metrics: MetricsSpec | None
    alerts: tuple[RuleGroupSpec, ...]
    """The alerts on those metrics."""
    settings: Manifest | None
    """What the agents of the metrics keep besides what they do by default: a ConfigMap that they look for."""
    logs: ContainerLogsSpec | None


class ClusterTelemetry(Part[EnvironmentSettings, ClusterTelemetryPlan]):
    """What the agents in the cluster send, and where to."""

    key = "cluster_telemetry"

    def plan(self, context: Context[EnvironmentSettings]) -> ClusterTelemetryPlan | None:
        aks = context.settings.aks
        if not (aks.prometheus or aks.container_logs):
            return None
        return ClusterTelemetryPlan(
            metrics=_metrics(context) if aks.prometheus else None,
            alerts=_alerts(context) if aks.prometheus else (),
            settings=_settings(context) if aks.prometheus else None,
            logs=_logs(context) if aks.container_logs else None,
        )

    def scopes(self, context: Context[EnvironmentSettings]) -> Mapping[str, str]:
        return {METRICS_SCOPE: "monitor-workspace"} if context.settings.aks.prometheus else {}


def _metrics(context: Context[EnvironmentSettings]) -> MetricsSpec:
    names = context.names
    return MetricsSpec(
        workspace=names.name(CORE, "monitor-workspace"),
        endpoint=names.name(CORE, "data-collection-endpoint"),
        rule=names.name(CORE, "data-collection-rule", role="metrics"),
    )


def _alerts(context: Context[EnvironmentSettings]) -> tuple[RuleGroupSpec, ...]:
    names = context.names
    cluster = names.name(CORE, "kubernetes-cluster")
    return tuple(
        RuleGroupSpec(level, names.name(CORE, "prometheus-rule-group", role=level), cluster, RULES[level])
        for level in LEVELS
    )


def _settings(context: Context[EnvironmentSettings]) -> Manifest:
    own = labels("metrics-settings", instance(context))
    return {
        "metadata": metadata(own, name=SETTINGS, namespace=SETTINGS_NAMESPACE),
        "data": dict(settings((namespace(CERTIFICATES),))),
    }


def _logs(context: Context[EnvironmentSettings]) -> ContainerLogsSpec:
    return ContainerLogsSpec(context.names.name(CORE, "data-collection-rule", role="logs"), SYSTEM_NAMESPACES)


CLUSTER_TELEMETRY = ClusterTelemetry()
