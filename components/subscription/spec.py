"""What watches a subscription."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ConditionSpec:
    """What an event of the activity log must say: one of some values of a field."""

    field: str
    """Such as ``category`` or ``properties.incidentType``."""
    values: tuple[str, ...]
    """Of which it has one."""


@dataclass(frozen=True)
class SignalSpec:
    """An alert about one kind of event."""

    key: str
    """Its logical name."""
    name: str
    """Its physical name."""
    description: str
    """What a person reads, with the page that says more."""
    severity: int
    """0 to 4: it decides who is notified. Azure itself knows none of an activity log alert."""
    conditions: tuple[ConditionSpec, ...]
    """All of them must hold."""


@dataclass(frozen=True)
class AnomalySpec:
    """An alert about unexpected costs, by mail."""

    name: str
    """Its physical name."""
    display_name: str
    """At most 25 characters."""
    subject: str
    """Of the mails."""
    receivers: tuple[str, ...]
    """Addresses; the first one is the point of contact."""
    first: date
    """The first day."""
    last: date
    """The last one, at most a year later."""


@dataclass(frozen=True)
class SubscriptionSpec:
    """Everything that watches one subscription."""

    id: str
    """The subscription's own id, a GUID."""
    setting: str
    """The name of the diagnostic setting of its activity log."""
    signals: tuple[SignalSpec, ...]
    """The alerts about its activity log."""
    contacts: tuple[str, ...]
    """Whom Microsoft Defender for Cloud writes to."""
    anomalies: AnomalySpec | None
    """The mails about costs; ``None``: there are none."""
