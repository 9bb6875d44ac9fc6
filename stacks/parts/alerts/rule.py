"""The shape of an alert rule about a metric."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from components.alerts.facts import METRIC_FREQUENCIES, METRIC_WINDOWS
from components.alerts.spec import Dimension

AMBA = "Azure Monitor Baseline Alerts"
"""The usual source of metric and threshold."""

Threshold = float | Mapping[str, float] | Callable[[Any], float]
"""A value, one for each environment, or one that follows from the settings of the stack."""


@dataclass(frozen=True, kw_only=True)
class MetricRule:
    """A rule that holds for every resource of a type, whichever part makes it."""

    id: str
    """One lower-case word, by which settings, waivers and runbook know it."""
    kind: str
    """The key of the type."""
    metric: str
    aggregation: str
    operator: str
    threshold: Threshold
    severity: int
    source: str
    """Who says the metric and the threshold."""
    means: str
    """What it says when it fires."""
    look: str
    """Where to look first."""
    remedy: str
    """What helps."""
    window: str = "PT15M"
    frequency: str = "PT5M"
    dimensions: tuple[Dimension, ...] = ()
    slow: str = ""
    """Why it is slower than twenty minutes; empty: it is not."""
    applies: Callable[[Any], bool] = lambda _: True
    """Whether the settings of a stack let the metric be there at all."""

    windows = METRIC_WINDOWS
    frequencies = METRIC_FREQUENCIES
    fixed = False
    """Whether its window is no setting."""
    apart = False
    """Whether it may be slow although somebody is called."""

    @property
    def asks(self) -> str:
        """What is asked, for people."""
        return f"`{self.metric}` of every {self.kind}" + "".join(
            f", {each.name} {', '.join(each.values)}" for each in self.dimensions
        )

    def threshold_in(self, environment: str, settings: Any) -> float:
        """The threshold in a stack, before its own settings change it."""
        if isinstance(self.threshold, Mapping):
            return self.threshold[environment]
        return self.threshold(settings) if callable(self.threshold) else self.threshold


def rule(
    kind: str, id: str, metric: str, aggregation: str, threshold: Threshold, severity: int, *texts: str, **more: Any
) -> MetricRule:
    """A row of a table of rules: after the severity what it means, where to look first, and what helps. Unless said
    otherwise it fires above the threshold, and its source is the baseline."""
    means, look, remedy = texts
    return MetricRule(
        id=id,
        kind=kind,
        metric=metric,
        aggregation=aggregation,
        operator=more.pop("operator", "GreaterThan"),
        threshold=threshold,
        severity=severity,
        source=more.pop("source", AMBA),
        means=means,
        look=look,
        remedy=remedy,
        **more,
    )
