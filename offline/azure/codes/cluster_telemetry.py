"""Metrics and logs of clusters, and rules over metrics."""

from __future__ import annotations

from collections.abc import Mapping

from offline.azure.codes.rule import Rule, unconfirmed

_GROUPS = "Microsoft: Azure Monitor managed service for Prometheus rule groups (2026-08-07)"
_LIMITS = (
    "Azure/azure-rest-api-specs: Microsoft.AlertsManagement/stable/2023-03-01/PrometheusRuleGroups.json at 05feb6f "
    "(maxItems of rules; interval)"
)
_RULES = "Microsoft: Structure of a data collection rule (DCR) in Azure Monitor"

CODES: Mapping[str, tuple[Rule, ...]] = {
    "InvalidPayload": (
        unconfirmed("a collection rule whose flow names a destination that it does not have", _RULES),
        unconfirmed("an association with neither a rule nor an endpoint", _RULES),
    ),
    "BadRequest": (
        unconfirmed("a Prometheus rule group that moves to another workspace, or has none", _GROUPS),
        unconfirmed("more than 20 rules in a group, or an interval outside 1 to 15 minutes", _LIMITS),
        unconfirmed("a rule that neither alerts nor records, or does both", _GROUPS),
    ),
}
