"""A workbook as the portal keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stacks.parts.dashboards.tile import Tile, Workbook

Names = Mapping[str, Sequence[str]]
"""By key of a type: the physical names of its resources."""

TEXT, QUERY, PARAMETERS = 1, 3, 9
LOGS, GRAPH = 0, 1
"""Microsoft/Application-Insights-Workbooks: the types of items, and of queries."""

WORKSPACES = "microsoft.operationalinsights/workspaces"
RESOURCES = "microsoft.resourcegraph/resources"
RANGE = "TimeRange"
HOUR_MS = 3_600_000
RANGES = (1, 4, 24, 24 * 7, 24 * 30, 24 * 90)
"""The time ranges that a reader may choose, in hours."""


def asked(tile: Tile, names: Names) -> str | None:
    """The question of a tile in a stack; ``None`` where the stack has nothing of its type."""
    if not tile.kind:
        return tile.text
    found = names.get(tile.kind, ())
    return tile.text.replace("{names}", ", ".join(f"'{each}'" for each in found)) if found else None


def content(workbook: Workbook, names: Names, *, workspace_id: str, subscription_id: str) -> str:
    """The items of a workbook as JSON, the same in every run."""
    items = [
        {"type": TEXT, "content": {"json": f"## {workbook.title}\n\n{workbook.about}"}, "name": "about"},
        _range(workbook),
        *_tiles(workbook, names, f"/subscriptions/{subscription_id}"),
    ]
    made = {"version": "Notebook/1.0", "items": items, "fallbackResourceIds": [workspace_id]}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def _range(workbook: Workbook) -> dict[str, Any]:
    parameter = {
        "id": RANGE,
        "version": "KqlParameterItem/1.0",
        "name": RANGE,
        "label": "Time",
        "type": 4,
        "isRequired": True,
        "value": {"durationMs": workbook.hours * HOUR_MS},
        "typeSettings": {
            "selectableValues": [{"durationMs": hours * HOUR_MS} for hours in RANGES],
            "allowCustom": True,
        },
    }
    inside = {
        "version": "KqlParameterItem/1.0",
        "style": "pills",
        "queryType": LOGS,
        "resourceType": WORKSPACES,
        "parameters": [parameter],
    }
    return {"type": PARAMETERS, "content": inside, "name": "time"}


def _tiles(workbook: Workbook, names: Names, subscription: str) -> Iterator[dict[str, Any]]:
    for tile in workbook.tiles:
        if text := asked(tile, names):
            where = (
                {"queryType": GRAPH, "resourceType": RESOURCES, "crossComponentResources": [subscription]}
                if tile.graph
                else {"queryType": LOGS, "resourceType": WORKSPACES, "timeContextFromParameter": RANGE}
            )
            inside = {
                "version": "KqlItem/1.0",
                "query": text,
                "size": 0,
                "title": tile.title,
                "visualization": tile.shown,
                "noDataMessage": "Nothing in this time.",
                **where,
            }
            yield {"type": QUERY, "content": inside, "name": tile.key}
