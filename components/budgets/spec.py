"""What a budget consists of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["Actual", "Forecasted"]
"""What has been spent, or what Azure expects to be spent by the end of the month."""


@dataclass(frozen=True)
class Threshold:
    """When somebody is notified."""

    kind: Kind
    """Which of the two is compared."""
    percent: int
    """Of the amount."""
    severity: int
    """How urgent it is, 0 to 4: it decides who is notified."""

    @property
    def key(self) -> str:
        """Its name within the budget: ``actual80``."""
        return f"{self.kind.lower()}{self.percent}"


@dataclass(frozen=True)
class BudgetSpec:
    """What may be spent in a month."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    amount: float
    """In the currency in which the subscription is billed."""
    start: date
    """The first day of the month in which it is made; later runs leave it as it is."""
    groups: tuple[str, ...]
    """The names of the resource groups whose costs count."""
    nodes: bool
    """Whether the group in which AKS keeps the cluster's nodes counts as well."""
    tags: Mapping[str, str]
    """The tags of what counts; empty: everything in the groups."""
    thresholds: tuple[Threshold, ...]
    """When somebody is notified, five at most."""
