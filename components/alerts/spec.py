"""What alerts consist of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dimension:
    """The part of a metric that is meant; ``*`` tells all values apart."""

    name: str
    """Azure's name of it."""
    values: tuple[str, ...]
    """The values that are meant."""


@dataclass(frozen=True)
class MetricAlertSpec:
    """A condition on a metric of a resource."""

    metric: str
    """Azure's name of it."""
    aggregation: str
    """Average, Count, Maximum, Minimum or Total."""
    operator: str
    """GreaterThan, GreaterThanOrEqual, LessThan or LessThanOrEqual."""
    threshold: float
    """In the unit of the metric."""
    window: str
    """Over how long it is aggregated, an ISO 8601 duration of METRIC_WINDOWS."""
    frequency: str
    """How often it is evaluated, one of METRIC_FREQUENCIES."""
    severity: int
    """0 (critical) to 4 (verbose)."""
    description: str
    """What a person reads, with the address of the runbook."""
    dimensions: tuple[Dimension, ...] = ()
    """The parts of the metric that are meant; empty: all of it."""


@dataclass(frozen=True)
class QuietSpec:
    """A time in which alerts reach nobody. One of the two: a week's window, or a time that comes once."""

    name: str
    """Its physical name."""
    reason: str
    """Why, for whoever misses an alert."""
    weekly: tuple[tuple[str, str, str], ...] = ()
    """Day, start and end in UTC (HH:MM:SS); a window over midnight is two of them."""
    begins: str = ""
    """The first moment in UTC, ``2026-12-24T18:00:00``; empty: from now on."""
    ends: str = ""
    """The last one; empty: for ever."""


SUPPRESSED = ("Sev2", "Sev3", "Sev4")
"""What a quiet time is quiet about: what is critical always reaches somebody."""


@dataclass(frozen=True)
class QueryAlertSpec:
    """A condition on what a workspace answers."""

    name: str
    """Its physical name."""
    operator: str
    """GreaterThan, GreaterThanOrEqual, LessThan or LessThanOrEqual."""
    threshold: float
    """In the unit of the column; rows, where they are counted."""
    window: str
    """How far back it looks, one of QUERY_WINDOWS."""
    frequency: str
    """How often it asks, one of QUERY_FREQUENCIES."""
    severity: int
    """0 (critical) to 4 (verbose)."""
    description: str
    """What a person reads, with the address of the runbook."""
    measure: str = ""
    """The column that is compared; empty: rows are counted."""
    by_resource: bool = True
    """Whether each resource is an alert of its own (`_ResourceId`)."""
    splits: tuple[str, ...] = ()
    """Further columns of which each value is an alert of its own."""


@dataclass(frozen=True)
class WebTestSpec:
    """A question that Azure asks a public host from several places."""

    name: str
    """Its physical name."""
    url: str
    """What must answer with 200, redirects followed."""
    component: str
    """The id of the Application Insights component that keeps the answers. A tag of the test names it, and tags are no
    outputs: the plan makes it."""
    seconds: int
    """How often each place asks: 300, 600 or 900."""
    locations: tuple[str, ...]
    """From where it is asked: tags of :data:`components.alerts.facts.LOCATIONS`."""
    certificate_days: int
    """For how many days its certificate must be good."""


@dataclass(frozen=True)
class HostAlertSpec:
    """When a host counts as down."""

    name: str
    """Its physical name."""
    description: str
    """What a person reads, with the address of the runbook."""
    severity: int
    """0 (critical) to 4 (verbose)."""
    failed_locations: int
    """How many places must fail."""
    window: str
    """Over how long, an ISO 8601 duration of METRIC_WINDOWS: at least once in it each place asks."""
    frequency: str
    """How often it is evaluated, one of METRIC_FREQUENCIES."""
