"""The objects of the cloud inside one operation. Ids and names are compared without regard to case, as Azure does."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RESOURCE_ID = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+(/.+)?", re.IGNORECASE)
"""What a string must look like to count as a reference to a resource or to a part of one."""

_COLUMNS = "id, token, body, version"


@dataclass(frozen=True)
class CloudObject:
    """One resource: its id as it was written first, its Pulumi type, all its properties in camel case.

    ``version`` counts the writes, from 1.
    """

    id: str
    token: str
    body: dict[str, Any]
    version: int = 1

    @property
    def name(self) -> str:
        return self.id.rpartition("/")[2]


@dataclass(frozen=True)
class Deleted:
    """What a soft delete left behind until ``purged_at``."""

    id: str
    token: str
    body: dict[str, Any]
    purged_at: datetime


class Writer:
    """The database inside one operation; ``now`` is the world's time when it began."""

    def __init__(self, connection: sqlite3.Connection, now: datetime) -> None:
        self._connection = connection
        self.now = now

    def get(self, id: str) -> CloudObject | None:
        row = self._connection.execute(f"select {_COLUMNS} from objects where key = ?", (id.lower(),)).fetchone()
        return _object(row) if row else None

    def put(self, id: str, token: str, body: dict[str, Any]) -> None:
        """Create or replace. The id keeps the case in which it was written first."""
        key = id.lower()
        self._connection.execute(
            "insert into objects (key, id, token, name, body, version, made, changed)"
            " values (?, ?, ?, ?, ?, 1, (select coalesce(max(changed), 0) + 1 from objects),"
            "         (select coalesce(max(changed), 0) + 1 from objects))"
            " on conflict (key) do update set token = excluded.token, body = excluded.body,"
            " version = version + 1, changed = excluded.changed",
            (key, id, token, key.rpartition("/")[2], json.dumps(body)),
        )
        self._connection.execute("delete from links where source = ?", (key,))
        targets = {target.lower() for target in references(body)}
        self._connection.executemany(
            "insert into links (source, target) values (?, ?)",
            [(key, target) for target in sorted(targets) if target != key and not target.startswith(f"{key}/")],
        )

    def delete(self, id: str) -> None:
        """Delete the object and everything below it."""
        for each in (*_below(id), id.lower()):
            operator = "= ?" if each == id.lower() else None
            if operator:
                self._connection.execute("delete from objects where key = ?", (each,))
                self._connection.execute("delete from links where source = ?", (each,))
        low, high = _below(id)
        self._connection.execute("delete from objects where key >= ? and key < ?", (low, high))
        self._connection.execute("delete from links where source >= ? and source < ?", (low, high))
