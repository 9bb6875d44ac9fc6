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
