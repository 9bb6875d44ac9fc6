"""What logs, telemetry and notification consist of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkspaceSpec:
    """A Log Analytics workspace."""

    name: str
    """Its physical name."""
    retention_days: int
    """30 to 730."""
    daily_cap_gb: float | None
    """Gigabytes a day, after which it takes no more; ``None``: no cap."""


@dataclass(frozen=True)
class TelemetrySpec:
    """Application Insights of one service."""

    name: str
    """Its physical name."""
    local_auth: bool
    """Whether an instrumentation key alone may send telemetry."""


@dataclass(frozen=True)
class ReceiverSpec:
    """Somebody whom an action group notifies by e-mail."""

    name: str
    """Its name within the action group."""
    email: str
    """The address that is written to."""


@dataclass(frozen=True)
class WebhookSpec:
    """A program that an action group posts alerts to."""

    name: str
    """Its name within the action group. Its address is a secret, which the deployment alone knows."""


@dataclass(frozen=True)
class ActionGroupSpec:
    """An action group."""

    name: str
    """Its physical name."""
    short_name: str
    """What text messages show: at most 12 characters."""
    receivers: tuple[ReceiverSpec, ...]
    """Whom it notifies, in order."""
    webhooks: tuple[WebhookSpec, ...] = ()
    """What it posts to, in order."""
