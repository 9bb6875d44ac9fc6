"""Answers queries about rows, in DuckDB: a JSON document a line, each with a query and the rows of its tables.

A process of its own: at the end of one whose garbage is never collected, as that of tests, the database complains of
everything of its own that is left.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb_kql
from duckdb import DuckDBPyConnection

from tests.harness.log_tables import TABLES, Row

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


def workspace() -> DuckDBPyConnection:
    """A database with the tables of a workspace, empty."""
    made = duckdb_kql.connect()
    for table, columns in TABLES.items():
        listed = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in columns.items())
        made.execute(f'CREATE TABLE "{table}" ({listed})')
    return made


def answers(database: DuckDBPyConnection, query: str, tables: Mapping[str, Sequence[Row]]) -> list[dict[str, Any]]:
    """What the workspace answers with these rows in its tables."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for table, rows in tables.items():
        for row in rows:
            times = {name for name in row if TABLES[table][name] == "datetime"}
            values = [now - timedelta(minutes=row[name]) if name in times else row[name] for name in row]
            columns, places = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            database.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', values)
    try:
        found = duckdb_kql.kql(database, query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    finally:
        for table in tables:
            database.execute(f'DELETE FROM "{table}"')


def main(lines: Iterable[str]) -> None:
    """Answer until nobody asks any more."""
    with workspace() as database:
        for line in lines:
            found = answers(database, **json.loads(line))
            sys.stdout.write(json.dumps(found, default=str) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.stdin)
