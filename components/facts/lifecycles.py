"""Ends of life: what can no longer be created, what retires, what replaces it.

Dates move: each row says when it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal


@dataclass(frozen=True)
class Lifecycle:
    """``closed_for_new`` is the day from which nothing new can be created, ``retires_on`` the day on which it stops."""

    what: str
    version: str
    closed_for_new: date | None
    retires_on: date | None
    replacement: str
    source: str
    read_on: date


_READ = date(2026, 11, 21)
_AKS = "Microsoft: Supported Kubernetes versions in AKS (2026-08-05)"
_POSTGRESQL = "Microsoft: PostgreSQL flexible server version policy (2026-01-20)"
_GATEWAY_API = "Gateway API: API Versioning, releases and support"
_CERT_MANAGER = "cert-manager: Supported Releases (End of Life: release of 1.23)"
_DOTNET = "Microsoft: .NET and .NET Core support policy"
_DOTNET_END = date(2026, 11, 10)
_MODELS = "Microsoft: Model retirement schedule (2026-10-05); Foundry Models lifecycle and support policy"
_REFUSED = f"{_MODELS}; public logs (ServiceModelDeprecated: deprecated since 03/31/2026)"
_SUCCESSOR = "its successor (docs/runbooks/models.md)"
_OPEN_DAYS = 365
"""Days after its launch on which a model is closed to newcomers, unless another day is published."""


def _model(
    version: str,
    launched: date,
    retires_on: date,
    replacement: str,
    *,
    closed: date | Literal["by policy"] | None = "by policy",
    source: str = _MODELS,
) -> Lifecycle:
    """A model: open to everybody for twelve months, then to subscriptions that have deployed it, then retired."""
    closes = launched + timedelta(days=_OPEN_DAYS) if closed == "by policy" else closed
    return Lifecycle("model", version, closes, retires_on, replacement, source, _READ)


LIFECYCLES: tuple[Lifecycle, ...] = (
    Lifecycle(
        "redis",
        "classic",
        date(2026, 10, 1),
        date(2028, 10, 1),
        "Azure Managed Redis",
        "Microsoft: Azure Cache for Redis retirement (2026-08-07)",
        _READ,
    ),
    Lifecycle("kubernetes", "1.34", date(2026, 11, 30), date(2026, 11, 30), "1.36", _AKS, _READ),
    Lifecycle("kubernetes", "1.35", date(2027, 3, 31), date(2027, 3, 31), "1.36", _AKS, _READ),
    Lifecycle("kubernetes", "1.36", date(2027, 6, 30), date(2027, 6, 30), "1.37", _AKS, _READ),
    Lifecycle("kubernetes", "1.37", date(2027, 10, 31), date(2027, 10, 31), "1.38", _AKS, _READ),
    Lifecycle("postgresql", "14", date(2026, 11, 12), date(2026, 11, 12), "17", _POSTGRESQL, _READ),
    Lifecycle("postgresql", "15", date(2027, 11, 11), date(2027, 11, 11), "17", _POSTGRESQL, _READ),
    Lifecycle("postgresql", "16", date(2028, 11, 9), date(2028, 11, 9), "17", _POSTGRESQL, _READ),
    Lifecycle("postgresql", "17", date(2029, 11, 8), date(2029, 11, 8), "18", _POSTGRESQL, _READ),
    _model("gpt-4o 2024-05-13", date(2024, 5, 13), date(2026, 12, 9), "gpt-5.6-sol 2026-07-09"),
    _model(
        "gpt-4o 2024-08-06",
        date(2024, 8, 6),
        date(2027, 4, 14),
        "gpt-5.6-sol 2026-07-09",
        closed=date(2026, 3, 31),
        source=_REFUSED,
    ),
    # Legacy: older than twelve months, and still open to everybody.
    _model("gpt-4o 2024-11-20", date(2024, 11, 20), date(2027, 4, 14), "gpt-5.6-sol 2026-07-09", closed=None),
    _model(
        "gpt-4o-mini 2024-07-18",
        date(2024, 7, 18),
        date(2027, 4, 14),
        "gpt-5.6-luna 2026-07-09",
        closed=date(2026, 3, 31),
        source=_REFUSED,
    ),
    _model("gpt-5.1 2025-11-13", date(2025, 11, 13), date(2027, 5, 15), "gpt-5.6-sol 2026-07-09"),
    _model("gpt-5.2 2025-12-11", date(2025, 12, 11), date(2027, 6, 8), "gpt-5.6-sol 2026-07-09"),
    _model("gpt-5.4-mini 2026-03-17", date(2026, 3, 17), date(2027, 9, 21), "gpt-5.6-luna 2026-07-09"),
    _model("gpt-5.5 2026-04-24", date(2026, 4, 24), date(2027, 10, 26), "gpt-5.6-sol 2026-07-09"),
    _model("gpt-5.6-sol 2026-07-09", date(2026, 7, 9), date(2028, 1, 11), _SUCCESSOR),
    _model("gpt-5.6-terra 2026-07-09", date(2026, 7, 9), date(2028, 1, 11), _SUCCESSOR),
    _model("gpt-5.6-luna 2026-07-09", date(2026, 7, 9), date(2028, 1, 11), _SUCCESSOR),
    # Published as generally available two years after their launch.
    _model("text-embedding-3-large 1", date(2024, 1, 25), date(2028, 2, 9), _SUCCESSOR, closed=None),
    _model("text-embedding-3-small 1", date(2024, 1, 25), date(2028, 2, 9), _SUCCESSOR, closed=None),
    Lifecycle(
        "key-vault-api",
        "2024-11-01",
        None,
        date(2027, 2, 27),
        "a release of azure-native that uses 2026-02-01",
        "Microsoft: Update the Azure Key Vault API versions you use (control plane)",
        _READ,
    ),
    Lifecycle(
        "envoy-gateway",
        "1.9",
        None,
        date(2027, 2, 14),
        "1.10 (docs/runbooks/add-ons.md)",
        "Envoy Gateway: Compatibility Matrix (End of Life)",
        _READ,
    ),
    # No day is published: the fixes of a minor version end with the next one's release.
    Lifecycle("gateway-api", "1.6", None, None, "the version that Envoy Gateway installs", _GATEWAY_API, _READ),
    # Until the release of 1.23; 1.22 is planned for November 2026, and there have been four months between two.
    Lifecycle("cert-manager", "1.21", None, None, "1.22 (docs/runbooks/add-ons.md)", _CERT_MANAGER, _READ),
    Lifecycle("dotnet", "8.0", _DOTNET_END, _DOTNET_END, "10.0", _DOTNET, _READ),
    Lifecycle("dotnet", "9.0", _DOTNET_END, _DOTNET_END, "10.0", _DOTNET, _READ),
    Lifecycle("dotnet", "10.0", None, date(2028, 11, 14), "the next version with long-term support", _DOTNET, _READ),
    Lifecycle(
        "front-door",
        "classic",
        date(2025, 4, 1),
        date(2027, 3, 31),
        "Front Door Standard or Premium",
        "Microsoft: Azure Front Door (classic) retirement",
        _READ,
    ),
    Lifecycle(
        "node-os",
        "Ubuntu 22.04",
        None,
        date(2027, 6, 30),
        "Azure Linux",
        "Microsoft: Ubuntu 22.04 retirement on AKS",
        _READ,
    ),
)

LAST_READ = max(row.read_on for row in LIFECYCLES)
"""The day on which the rows were read last: what is made or checked offline sees them from this day, so that nothing
expires over time."""
