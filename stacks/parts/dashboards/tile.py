"""The shape of workbooks and their tiles."""

from __future__ import annotations

from dataclasses import dataclass

COMPONENT = "application-insights"
SUM, MEAN, MOST = "Total", "Average", "Maximum"
"""The columns of `AzureMetrics` that say what a metric came to within its grain."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A question and how its answer is shown.

    In its text ``{names}`` stands for the resources of its type that the stack has: a tile about a type that a stack
    lacks is left out.
    """

    key: str
    """Unique in its workbook, of letters, digits and hyphens."""
    title: str
    text: str
    """The question in Kusto's language; the workbook's time range holds for it."""
    kind: str = ""
    """The key of the type that it is about; empty: of none."""
    shown: str = "table"
    """The portal's word for a table or a chart: table, timechart, barchart."""
    graph: bool = False
    """Whether Azure Resource Graph is asked, instead of the workspace."""
    by_hand: bool = False
    """Whether people ask it by hand as well: it is in the pack of queries."""
    promises: bool = False
    """Whether it is about objectives: it reads `counted` (stacks/parts/alerts/queries)."""
    requirements: tuple[str, ...] = ()
    """What it answers."""


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """A page of tiles."""

    key: str
    """Its logical name."""
    title: str
    about: str
    """What its reader finds there, and what the numbers should be."""
    tiles: tuple[Tile, ...]
    hours: int = 24
    """The time range with which it opens."""
    shared: bool = False
    """Whether the stack `shared` has it as well."""


def metrics(
    key: str, title: str, kind: str, names: tuple[str, ...], column: str = MEAN, requirements: tuple[str, ...] = ()
) -> Tile:
    """A chart of metrics of every resource of a type."""
    wanted = ", ".join(f"'{each}'" for each in names)
    how = {SUM: "sum", MEAN: "avg", MOST: "max"}[column]
    lines = (
        "AzureMetrics",
        "| where Resource in~ ({names})",
        f"| where MetricName in~ ({wanted})",
        f"| summarize Value = {how}({column}) by bin(TimeGenerated, 15m), Series = strcat(Resource, ' ', MetricName)",
        "| order by TimeGenerated asc",
    )
    return Tile(key=key, title=title, text="\n".join(lines), kind=kind, shown="timechart", requirements=requirements)
