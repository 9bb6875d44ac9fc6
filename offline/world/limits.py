"""What bounds a run from outside: quotas, namespaces that are not registered, whose login it is, how fast time goes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

TABLES = """
create table if not exists limits (
    kind text not null, name text not null, value text not null, primary key (kind, name)
);
"""
QUOTA, NAMESPACE, LOGIN, PACE = "quota", "namespace", "login", "pace"
LOCKED = "locked"


@dataclass(frozen=True)
class Login:
    """Who is logged in: a tenant, the only subscription that the login knows, whether it has run out.

    An empty id is the one that the program asks for.
    """

    tenant: str = ""
    subscription: str = ""
    expired: bool = False


class Limits:
    """The limits of a world, read and written through an open connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def quota(self, region: str, name: str) -> int | None:
        """How many of something a region may hold; ``None`` where nobody has said, so that the default holds."""
        value = self._get(QUOTA, f"{region}/{name}".lower())
        return None if value is None else int(value)

    def set_quota(self, region: str, name: str, limit: int) -> None:
        self._set(QUOTA, f"{region}/{name}".lower(), str(limit))

    def unregistered(self, namespace: str) -> bool:
        """Whether the subscription may not use a resource provider as it is."""
        return self._get(NAMESPACE, namespace.lower()) is not None

    def locked(self, namespace: str) -> bool:
        """Whether the login may not register it either."""
        return self._get(NAMESPACE, namespace.lower()) == LOCKED

    def unregister(self, namespace: str, *, locked: bool) -> None:
        self._set(NAMESPACE, namespace.lower(), LOCKED if locked else "")

    def register(self, namespace: str) -> None:
        self._remove(NAMESPACE, namespace.lower())

    def login(self) -> Login:
        """Who is logged in; the right one unless :meth:`set_login` said otherwise."""
        said = dict(self._all(LOGIN))
        return Login(said.get("tenant", ""), said.get("subscription", ""), "expired" in said)

    def set_login(self, login: Login) -> None:
        self._connection.execute("delete from limits where kind = ?", (LOGIN,))
        for name, value in (
            ("tenant", login.tenant),
            ("subscription", login.subscription),
            ("expired", "yes" if login.expired else ""),
        ):
            if value:
                self._set(LOGIN, name, value)

    def pace(self) -> float:
        """How many seconds a minute at Azure takes here; 0 for no waiting."""
        return float(self._get(PACE, PACE) or 0)

    def set_pace(self, seconds: float) -> None:
        self._remove(PACE, PACE)
        if seconds:
            self._set(PACE, PACE, str(seconds))

    def told(self) -> list[tuple[str, str, str]]:
        """Kind, name and value of everything that is not as usual."""
        return self._connection.execute("select kind, name, value from limits order by kind, name").fetchall()

    def _all(self, kind: str) -> list[tuple[str, str]]:
        return self._connection.execute("select name, value from limits where kind = ?", (kind,)).fetchall()

    def _get(self, kind: str, name: str) -> str | None:
        row = self._connection.execute("select value from limits where kind = ? and name = ?", (kind, name)).fetchone()
        return row[0] if row else None

    def _set(self, kind: str, name: str, value: str) -> None:
        self._connection.execute("insert or replace into limits values (?, ?, ?)", (kind, name, value))

    def _remove(self, kind: str, name: str) -> None:
        self._connection.execute("delete from limits where kind = ? and name = ?", (kind, name))
