"""What people look at: workbooks, and queries to ask by hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WorkbookSpec:
    """A workbook."""

    key: str
    """Its logical name: ``service-health``."""
    name: str
    """Its physical name, a GUID."""
    title: str
    """What people find it by; Azure takes each once in a subscription."""
    description: str
    """Whom it is for."""
    content: str
    """Its items as JSON (microsoft/Application-Insights-Workbooks: schema/workbook.json)."""


@dataclass(frozen=True)
class QuerySpec:
    """A question that people ask by hand."""

    key: str
    """Its logical name: ``performance-latency``."""
    id: str
    """Its physical name, a GUID."""
    title: str
    """What people find it by."""
    description: str
    """What its answer says."""
    text: str
    """The question, in Kusto's language."""


@dataclass(frozen=True)
class DashboardsSpec:
    """The workbooks of a stack, and its pack of queries."""

    pack: str
    """The physical name of the pack."""
    workbooks: tuple[WorkbookSpec, ...]
    """In the order in which people meet them."""
    queries: tuple[QuerySpec, ...]
    """What is in the pack."""
