"""Queries of the program: all that a stack registers, and what an alert's makes of rows, in DuckDB."""

from __future__ import annotations

import json
import operator
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from components.facts.durations import seconds
from components.facts.types import BY_TOKEN
from stacks.plan.load import PROJECT
from tests.harness.compose import Composition, Registered
from tests.harness.log_tables import Row

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqual": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqual": operator.le,
}
MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {"Maximum": max, "Minimum": min}

LONGEST = timedelta(days=2)
"""How far back a rule looks whose query has `ago`, whatever its window (Microsoft: Create a log search alert rule)."""


def every_query(composition: Composition) -> dict[str, str]:
    """All queries that a stack registers, each by where it is: rules, query packs, saved searches and workbooks."""
    return dict(_every_query(composition))


def _every_query(composition: Composition) -> Iterator[tuple[str, str]]:
    for each in composition.azure():
        where = f"{BY_TOKEN[each.type].key}/{each.name}" if each.type in BY_TOKEN else f"{each.type}/{each.name}"
        match each.type.rpartition(":")[2]:
            case "ScheduledQueryRule":
                for number, condition in enumerate(each.inputs["criteria"]["allOf"]):
                    yield f"{where}/{number}", condition["query"]
            case "Query":
                yield where, each.inputs["body"]
            case "SavedSearch":
                yield where, each.inputs["query"]
            case "Workbook":
                for path, text in tiles(json.loads(each.inputs["serializedData"])):
                    yield f"{where}/{path}", text


LOGS = 0
"""The query type of a workbook's item that asks for logs (microsoft/Application-Insights-Workbooks: schema)."""

PARAMETERS: Mapping[str, str] = {
    r"(TimeGenerated|timestamp)\s+\{(\w+)\}": r"\1 > ago(1d)",
    r"\{\w+:grain\}": "1h",
    r"\{\w+:start\}": "datetime(2026-01-01)",
    r"\{\w+:end\}": "datetime(2026-01-02)",
    r"\{\w+:query\}": "> ago(1d)",
    r"'\{\w+\}'": "'value'",
    r"\{\w+\}": "'value'",
}
"""What a workbook puts in the place of a parameter, in this order: a time range after a time, a grain, a text."""


def tiles(content: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The queries about logs in a workbook, by the names of their items, with values for its parameters."""
    match content:
        case {"type": 3, "content": {"query": str(text)} as item, **rest} if item.get("queryType", LOGS) == LOGS:
            for pattern, value in PARAMETERS.items():
                text = re.sub(pattern, value, text)
            yield f"{path}/{rest.get('name', '')}".strip("/"), text
        case {}:
            name = content.get("name")
            for value in content.values():
                yield from tiles(value, f"{path}/{name}".strip("/") if isinstance(name, str) else path)
        case list():
            for number, value in enumerate(content):
                yield from tiles(value, f"{path}/{number}".strip("/"))


class Workspace:
    """A workspace that answers queries about rows (tests/harness/kusto_rows.py)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def answers(self, query: str, tables: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
        """What it answers with these rows in its tables."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked
        assert told
        asked.write(json.dumps({"query": query, "tables": tables}) + "\n")
        asked.flush()
        line = told.readline()
        assert line, "duckdb-kql cannot run this query: what it says is in the captured output"
        return json.loads(line)


@contextmanager
def workspace() -> Iterator[Workspace]:
    """A workspace, empty."""
    command = [sys.executable, "-m", "tests.harness.kusto_rows"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Workspace(process)


def fired(database: Workspace, rule: Registered, tables: Mapping[str, Sequence[Row]]) -> set[tuple[str, ...]]:
    """For what a rule fires on these rows: the values of what it tells apart, the resource first; one empty tuple where
    it tells nothing apart."""
    (condition,) = rule.inputs["criteria"]["allOf"]
    reach = LONGEST if "ago(" in condition["query"] else timedelta(seconds=seconds(rule.inputs["windowSize"]))
    seen = {
        table: [row for row in rows if timedelta(minutes=row["TimeGenerated"]) < reach]
        for table, rows in tables.items()
    }
    apart = [condition[each] for each in ("resourceIdColumn",) if each in condition]
    apart += [each["name"] for each in condition.get("dimensions", [])]
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in database.answers(condition["query"], seen):
        groups.setdefault(tuple(row[each] for each in apart), []).append(row)
    compare, threshold = OPERATORS[condition["operator"]], condition["threshold"]
    return {key for key, rows in groups.items() if compare(_measured(condition, rows), threshold)}


def _measured(condition: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> float:
    if condition["timeAggregation"] == "Count":
        return len(rows)
    return MEASURES[condition["timeAggregation"]]([float(row[condition["metricMeasureColumn"]]) for row in rows])


def requests(resource: str, count: int, **more: Any) -> Row:
    """A row that stands for ``count`` requests two minutes ago that went well."""
    row = {
        "TimeGenerated": 2,
        "_ResourceId": resource,
        "Name": "GET /",
        "ItemCount": count,
        "Success": True,
        "ResultCode": "200",
        "DurationMs": 20.0,
        "SyntheticSource": "",
    }
    return {**row, **more}
