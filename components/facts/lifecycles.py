"""Ends of life: what can no longer be created, what retires, what replaces it.

Dates move: each row says when it was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


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
_MODELS = "Microsoft: Model retirement schedule (2026-09-02)"

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
    Lifecycle("model", "gpt-4o 2024-05-13", date(2026, 10, 1), date(2026, 10, 1), "gpt-5.1", _MODELS, _READ),
    Lifecycle("model", "gpt-4o 2024-11-20", None, date(2027, 4, 14), "gpt-5.1", _MODELS, _READ),
    Lifecycle("model", "gpt-4o-mini 2024-07-18", None, date(2027, 4, 14), "gpt-5.4-mini", _MODELS, _READ),
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
