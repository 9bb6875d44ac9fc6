"""The limits around a run: quotas, unregistered resource providers, the login, the tenants, and the pace of time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

TABLES = """
create table if not exists limits (
    kind text not null, name text not null, value text not null, primary key (kind, name)
);
"""
QUOTA, NAMESPACE, LOGIN, PACE = "quota", "namespace", "login", "pace"
ROLE, WITHOUT = "role", "without"
LOCKED = "locked"
DIRECTORY = "directory"

P1, P2, NO_LICENCE = "P1", "P2", "none"
LICENCES = (P1, P2, NO_LICENCE)


@dataclass(frozen=True)
class Directory:
    """What decides in a tenant what Entra takes, apart from its objects."""

    licence: str = P1
    """The licence of Entra ID: P1, which Conditional Access takes, P2, or none."""
    security_defaults: bool = False
    """Whether security defaults are on; Conditional Access takes their place."""
    uri_policy: bool = True
    """Whether a new identifier URI must hold a verified domain, the tenant id or the app id (v1 tokens only)."""


_SETTINGS = ("licence", "security-defaults", "uri-policy")
_ON, _OFF = "on", "off"


def _texts(directory: Directory) -> tuple[str, ...]:
    """The settings as they are stored, in the order of their names."""
    return directory.licence, *(_ON if each else _OFF for each in (directory.security_defaults, directory.uri_policy))


def _setting(tenant: str, name: str) -> str:
    return f"{tenant.lower()}/{name}".removeprefix("/")


@dataclass(frozen=True)
class Login:
    """The login of a run."""

    tenant: str = ""
    """The tenant of the login; empty: the one that the program expects."""
    subscription: str = ""
    """The only subscription that the login can see; empty: the one that the program expects."""
    expired: bool = False
    """Whether its refresh token has expired."""
    service: bool = False
    """Whether it is a service principal or a managed identity, so that no Azure CLI is asked."""
    client_id: str = ""
    """The client id of a managed identity of this world; empty: a person with the Azure CLI."""
    object_id: str = ""
    """The object id of its principal, whose role assignments count; empty: a person, who has :meth:`Limits.roles`."""


class Limits:
    """The limits of a world, read and written through an open connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def quota(self, region: str, name: str) -> int | None:
        """The quota of something in a region; ``None`` if it was not set, so that the default applies."""
        value = self._get(QUOTA, f"{region}/{name}".lower())
        return None if value is None else int(value)

    def set_quota(self, region: str, name: str, limit: int) -> None:
        self._set(QUOTA, f"{region}/{name}".lower(), str(limit))

    def unregistered(self, namespace: str) -> bool:
        """Whether a resource provider is not registered in the subscription."""
        return self._get(NAMESPACE, namespace.lower()) is not None

    def locked(self, namespace: str) -> bool:
        """Whether the login has no right to register it."""
        return self._get(NAMESPACE, namespace.lower()) == LOCKED

    def unregister(self, namespace: str, *, locked: bool) -> None:
        self._set(NAMESPACE, namespace.lower(), LOCKED if locked else "")

    def register(self, namespace: str) -> None:
        self._remove(NAMESPACE, namespace.lower())

    def login(self) -> Login:
        """The login; the expected one unless :meth:`set_login` changed it."""
        stored = dict(self._all(LOGIN))
        texts = {name: stored.get(name, "") for name in ("tenant", "subscription", "client_id", "object_id")}
        return Login(**texts, expired="expired" in stored, service="service" in stored)

    def set_login(self, login: Login) -> None:
        self._connection.execute("delete from limits where kind = ?", (LOGIN,))
        for name, value in (
            ("tenant", login.tenant),
            ("subscription", login.subscription),
            ("expired", "yes" if login.expired else ""),
            ("service", "yes" if login.service else ""),
            ("client_id", login.client_id),
            ("object_id", login.object_id),
        ):
            if value:
                self._set(LOGIN, name, value)

    def roles(self) -> list[str]:
        """The built-in roles of a person; none: those of somebody who may do everything."""
        return [name for name, _ in self._all(ROLE)]

    def without(self) -> list[str]:
        """The actions that each of its roles excludes in addition."""
        return [name for name, _ in self._all(WITHOUT)]

    def set_rights(self, roles: Iterable[str], without: Iterable[str]) -> None:
        """Replace the roles of a person, and the actions that they exclude in addition."""
        for kind, names in ((ROLE, roles), (WITHOUT, without)):
            self._connection.execute("delete from limits where kind = ?", (kind,))
            for name in names:
                self._set(kind, name, "")

    def directory(self, tenant: str = "") -> Directory:
        """The settings of a tenant: its own, else those of every tenant (an empty ``tenant``), else the usual ones."""
        usual = self.directory() if tenant else Directory()
        own = {name: self._get(DIRECTORY, _setting(tenant, name)) for name in _SETTINGS}
        return Directory(
            own["licence"] or usual.licence,
            usual.security_defaults if own["security-defaults"] is None else own["security-defaults"] == _ON,
            usual.uri_policy if own["uri-policy"] is None else own["uri-policy"] == _ON,
        )

    def tenants(self) -> list[str]:
        """The tenants with settings of their own."""
        return sorted({name.partition("/")[0] for name, _ in self._all(DIRECTORY) if "/" in name})

    def set_directory(self, tenant: str, directory: Directory) -> None:
        """Change the settings of a tenant, or of every tenant (empty). What applies without it is not kept."""
        usual = self.directory() if tenant else Directory()
        for name, value, other in zip(_SETTINGS, _texts(directory), _texts(usual), strict=True):
            if value == other:
                self._remove(DIRECTORY, _setting(tenant, name))
            else:
                self._set(DIRECTORY, _setting(tenant, name), value)

    def pace(self) -> float:
        """The seconds that a minute at Azure takes here; 0: no waiting."""
        return float(self._get(PACE, PACE) or 0)

    def set_pace(self, seconds: float) -> None:
        self._remove(PACE, PACE)
        if seconds:
            self._set(PACE, PACE, str(seconds))

    def told(self) -> list[tuple[str, str, str]]:
        """Kind, name and value of every limit that was set."""
        return self._connection.execute("select kind, name, value from limits order by kind, name").fetchall()

    def _all(self, kind: str) -> list[tuple[str, str]]:
        return self._connection.execute(
            "select name, value from limits where kind = ? order by name", (kind,)
        ).fetchall()

    def _get(self, kind: str, name: str) -> str | None:
        row = self._connection.execute("select value from limits where kind = ? and name = ?", (kind, name)).fetchone()
        return row[0] if row else None

    def _set(self, kind: str, name: str, value: str) -> None:
        self._connection.execute("insert or replace into limits values (?, ?, ?)", (kind, name, value))

    def _remove(self, kind: str, name: str) -> None:
        self._connection.execute("delete from limits where kind = ? and name = ?", (kind, name))
