"""The tables of a workspace, and what a row of one is in tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.kusto_parser import tables_of

TABLES = tables_of(Path(__file__).parents[1] / "parts/log_tables.tsv")
"""The tables of a workspace (Microsoft: Azure Monitor Logs tables, read 2026-11; `_LogOperation` is a function whose
columns are on the page about a workspace's health). `AzureDiagnostics` has a column for each property that ever
arrived, named for its type: Front Door's access log, which has no table of its own, brings texts (Microsoft: Supported
logs for Microsoft.Cdn/profiles; Azure/bicep-registry-modules#7003)."""

Row = Mapping[str, Any]
"""A row of a table; `TimeGenerated` and other times are how many minutes ago."""
