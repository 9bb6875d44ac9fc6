"""What the metrics and the logs of a cluster consist of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MetricsSpec:
    """Where managed Prometheus keeps what it measures, and how it gets there."""

    workspace: str
    """Physical name of the Azure Monitor workspace."""
    endpoint: str
    """Physical name of the data collection endpoint, to which the agents send."""
    rule: str
    """Physical name of the data collection rule."""


@dataclass(frozen=True)
class ContainerLogsSpec:
    """What of the logs in a cluster goes to the Log Analytics workspace."""

    rule: str
    """Physical name of the data collection rule."""
    without: tuple[str, ...]
    """The namespaces whose pods are left out."""


@dataclass(frozen=True)
class RuleSpec:
    """An alert on metrics of the cluster."""

    alert: str
    """Its name, unique in the cluster."""
    expression: str
    """PromQL that is true while something is wrong."""
    wait: str
    """For how long it is true before the alert fires; an ISO 8601 duration."""
    severity: int
    """0 to 4."""
    means: str
    """What is wrong, in a few words."""
    runbook: str
    """The section that says what to do."""


@dataclass(frozen=True)
class RuleGroupSpec:
    """Alerts that are evaluated together, each minute."""

    key: str
    """``cluster``, ``node`` or ``pod``; part of its logical name."""
    name: str
    """Its physical name."""
    cluster: str
    """Physical name of the cluster that they are about."""
    rules: tuple[RuleSpec, ...]
    """At most 20."""
