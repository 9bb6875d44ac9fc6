"""Queries of the program: all that a stack registers, and what an alert's makes of rows, in DuckDB."""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from components.facts.durations import seconds
from components.facts.types import BY_TOKEN
from stacks.plan.load import PROJECT
from tests.harness.compose import Composition, Registered
from tools.kusto_parser import tables_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TABLES = tables_of(PROJECT / "tests/parts/log_tables.tsv")
"""The tables of a workspace (Microsoft: Azure Monitor Logs tables, read 2026-11; `_LogOperation` is a function whose
columns are on the page about a workspace's health)."""

TYPES: Mapping[str, str] = {
    "bool": "BOOLEAN",
    "datetime": "TIMESTAMP",
    "dynamic": "JSON",
    "guid": "UUID",
    "int": "INTEGER",
    "long": "BIGINT",
    "real": "DOUBLE",
    "string": "VARCHAR",
}
"""Kusto's types as duckdb-kql has them."""

OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThan": operator.gt,
    "GreaterThanOrEqual": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqual": operator.le,
}
MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {"Maximum": max, "Minimum": min}

LONGEST = timedelta(days=2)
"""How far back a rule looks whose query has `ago`, whatever its window (Microsoft: Create a log search alert rule)."""

Row = Mapping[str, Any]
"""A row of a table; `TimeGenerated` and other times are how many minutes ago."""


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


def workspace() -> DuckDBPyConnection:
    """A database with the tables of a workspace, empty."""
    # Imported when pytest has frozen what the garbage collector knows, and kept nowhere: at the end of a process the
    # database complains of everything of its own that is left.
    import duckdb_kql

    made = duckdb_kql.connect()
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in columns.items())
        made.execute(f'CREATE TABLE "{table}" ({listed})')
    return made


def answers(database: DuckDBPyConnection, query: str, tables: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
    """What the workspace answers with these rows in its tables."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for table, rows in tables.items():
        database.execute(f'DELETE FROM "{table}"')
        for row in rows:
            times = {name for name in row if TABLES[table][name] == "datetime"}
            values = [now - timedelta(minutes=row[name]) if name in times else row[name] for name in row]
            columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            database.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', values)
    import duckdb_kql

    try:
        found = duckdb_kql.kql(database, query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    finally:
        for table in tables:
            database.execute(f'DELETE FROM "{table}"')


def fired(database: DuckDBPyConnection, rule: Registered, tables: Mapping[str, Sequence[Row]]) -> set[tuple[str, ...]]:
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
    for row in answers(database, condition["query"], seen):
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
