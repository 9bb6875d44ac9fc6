"""Diagnostic settings."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import monitor

DIAGNOSTIC_SETTING = "to-workspace"


METRICS = "AllMetrics"

GROUPS = frozenset({"allLogs", "audit"})
"""Azure's category groups; any other word in the type table is a single category."""


def diagnostic_setting(
    name: str,
    resource: pulumi.CustomResource,
    categories: Sequence[str],
    workspace_id: pulumi.Input[str],
    options: pulumi.ResourceOptions,
    *,
    metrics: bool,
) -> monitor.DiagnosticSetting:
    """The logs of ``resource`` in these categories or groups, and its ``metrics``, to the workspace."""
    logs = [
        monitor.DiagnosticsLogSettingsArgs(enabled=True, category_group=each)
        if each in GROUPS
        else monitor.DiagnosticsLogSettingsArgs(enabled=True, category=each)
        for each in categories
    ]
    return monitor.DiagnosticSetting(
        name,
        name=DIAGNOSTIC_SETTING,
        resource_uri=resource.id,
        workspace_id=workspace_id,
        log_analytics_destination_type="Dedicated",
        logs=logs,
        metrics=[monitor.DiagnosticsMetricSettingsArgs(category=METRICS, enabled=True)] if metrics else None,
        opts=options,
    )
