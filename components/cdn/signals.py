"""Which metrics of Front Door say that a host is not well, and from where on."""

from __future__ import annotations

from dataclasses import dataclass

READ = "Microsoft: Supported metrics for Microsoft.Cdn/profiles"
BASELINE = "Azure Monitor Baseline Alerts: Microsoft.Cdn/profiles"


@dataclass(frozen=True)
class Metric:
    """A metric of a profile, as Azure names it."""

    name: str
    aggregation: str
    operator: str
    """How it is compared with the threshold, as alert rules say it: ``LessThan``."""
    threshold: float
    unit: str
    by: str
    """The dimension that tells origin groups apart; empty: the metric has none. Percentage5XX and TotalLatency have
    Endpoint, and what that says of a custom domain was not found: they are of the whole profile (READ)."""
    source: str
    """Who says the threshold."""


METRICS: tuple[Metric, ...] = (
    Metric("OriginHealthPercentage", "Average", "LessThan", 90, "percent", "OriginGroup", BASELINE),
    Metric("Percentage5XX", "Average", "GreaterThan", 10, "percent", "", BASELINE),
    Metric("TotalLatency", "Average", "GreaterThan", 200, "milliseconds", "", "S1-119"),
)
"""What an alert asks about every host."""
