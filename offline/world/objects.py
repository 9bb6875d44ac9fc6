"""The objects of the offline cloud within one operation, in the database of :mod:`offline.world.store`."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from offline.world.limits import Limits

TABLES = """
create table if not exists objects (
    key text primary key, id text not null, token text not null, body text not null,
    made integer not null
);
create index if not exists objects_by_type on objects (token, made);
create index if not exists objects_by_age on objects (made);
create table if not exists taken (name text not null, token text not null, primary key (name, token));
create table if not exists kept (name text not null, token text not null, id text not null, body text not null,
    primary key (name, token));
"""


@dataclass(frozen=True)
class CloudObject:
    """A resource: its id as first written, its Pulumi type, and all its properties in camel case."""

    id: str
    token: str
    body: dict[str, Any]


class Writer:
    """The database within one operation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.limits = Limits(connection)

    def get(self, id: str) -> CloudObject | None:
        row = self._connection.execute("select id, token, body from objects where key = ?", (id.lower(),)).fetchone()
        return object_of(row) if row else None

    def put(self, id: str, token: str, body: dict[str, Any]) -> None:
        """Create or replace."""
        self._connection.execute(
            "insert into objects values (?, ?, ?, ?, (select coalesce(max(made), 0) + 1 from objects))"
            " on conflict (key) do update set body = excluded.body, token = excluded.token",
            (id.lower(), id, token, json.dumps(body)),
        )

    def delete(self, id: str) -> None:
        """Delete the object and its children."""
        self._connection.execute(
            "delete from objects where key = ? or key >= ? and key < ?", (id.lower(), *_within(id))
        )

    def below(self, id: str) -> list[CloudObject]:
        """The objects whose id begins with ``id`` and a slash; all of them for an empty ``id``."""
        rows = self._connection.execute(
            "select id, token, body from objects where key >= ? and key < ? order by made", _within(id)
        )
        return [object_of(row) for row in rows]

    def of_type(self, token: str) -> list[CloudObject]:
        rows = self._connection.execute("select id, token, body from objects where token = ? order by made", (token,))
        return [object_of(row) for row in rows]

    def written(self, *tokens: str) -> list[tuple[str, str]]:
        """The objects of some Pulumi types as they are stored, id and body: to tell whether any of them changed."""
        marks = ", ".join("?" * len(tokens))
        rows = self._connection.execute(f"select id, body from objects where token in ({marks}) order by key", tokens)
        return rows.fetchall()

    def referring(self, id: str) -> list[CloudObject]:
        """The objects whose properties refer to ``id`` or to one of its children."""
        wanted = id.lower()
        return [each for each in self.below("") if each.id.lower() != wanted and _mentions(each.body, wanted)]

    def younger(self, id: str) -> int:
        """How many objects were created after this one: its age, in a world without a clock."""
        row = self._connection.execute(
            "select count(*) from objects where made > (select made from objects where key = ?)", (id.lower(),)
        ).fetchone()
        return int(row[0])

    def keep(self, gone: CloudObject) -> None:
        """Remember a deleted object whose name is still reserved."""
        name = gone.id.rpartition("/")[2].lower()
        row = (name, gone.token, gone.id, json.dumps(gone.body))
        self._connection.execute("insert or replace into kept values (?, ?, ?, ?)", row)

    def kept(self, name: str, token: str) -> CloudObject | None:
        """The deleted object that still reserves this name, if any."""
        row = self._connection.execute(
            "select id, token, body from kept where name = ? and token = ?", (name.lower(), token)
        ).fetchone()
        return object_of(row) if row else None

    def kept_of(self, token: str) -> list[CloudObject]:
        """The deleted objects of a type that still reserve something."""
        rows = self._connection.execute("select id, token, body from kept where token = ? order by name", (token,))
        return [object_of(row) for row in rows]

    def forget(self, name: str, token: str) -> None:
        """Release the name of a deleted object that was purged or recovered."""
        self._connection.execute("delete from kept where name = ? and token = ?", (name.lower(), token))

    def busy(self, id: str) -> bool:
        """Whether an operation has claimed this resource (``World.exclusively``)."""
        return self._connection.execute("select 1 from busy where parent = ?", (id.lower(),)).fetchone() is not None

    def taken(self, name: str, token: str) -> bool:
        """Whether somebody else owns a globally unique name of this type."""
        found = self._connection.execute("select 1 from taken where name = ? and token = ?", (name.lower(), token))
        return found.fetchone() is not None


def _within(id: str) -> tuple[str, str]:
    """The range of the keys that begin with ``id`` and a slash: its end is what follows the slash in ASCII."""
    return f"{id.lower()}/", f"{id.lower()}0"


def _mentions(value: Any, wanted: str) -> bool:
    if isinstance(value, str):
        return value.lower() == wanted or value.lower().startswith(wanted + "/")
    if isinstance(value, dict):
        return any(_mentions(item, wanted) for item in value.values())
    if isinstance(value, list):
        return any(_mentions(item, wanted) for item in value)
    return False


def object_of(row: tuple[str, str, str]) -> CloudObject:
    """The object of a row of id, token and body."""
    return CloudObject(row[0], row[1], json.loads(row[2]))
