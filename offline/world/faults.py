"""Faults: what goes wrong between azure-native and Azure, at chosen operations or by seed.

azure-native sends a request up to four times when it meets 408, 429, 500, 502, 503, 504, a lost connection or 409
``AnotherOperationInProgress`` (Azure/azure-sdk-for-go: sdk/azcore/policy ``RetryOptions``;
pulumi/pulumi-azure-native: provider/pkg/azure/client_azcore.go). Everything else reaches the engine at once.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from offline.azure.codes import known


class When(StrEnum):
    """Whether the change took place: not at all, without anybody hearing of it, or accepted.

    What was accepted is made without anybody waiting for it, or it fails and leaves a resource that is broken. A create
    or an update knows the id by then, so that the resource is in the state either way.
    """

    BEFORE = "before the change"
    AFTER = "after the change"
    UNAWAITED = "accepted, then made unseen"
    ACCEPTED = "accepted, then failed"


@dataclass(frozen=True)
class FaultKind:
    """``retried`` tells whether azure-native sends again by itself; ``ends_engine`` kills the engine on the spot."""

    key: str
    when: When
    retried: bool
    message: str
    why: str
    ends_engine: bool = False


def _arm(status: int, code: str, message: str) -> str:
    return f'Status={status} Code="{known(code)}" Message="{message}"'


KINDS: Mapping[str, FaultKind] = {
    kind.key: kind
    for kind in (
        FaultKind(
            "throttled",
            When.BEFORE,
            retried=True,
            message=_arm(429, "TooManyRequests", "The request is being throttled."),
            why="Microsoft: Throttling Resource Manager requests",
        ),
        FaultKind(
            "busy",
            When.BEFORE,
            retried=True,
            message=_arm(409, "AnotherOperationInProgress", "Another operation on this resource is in progress."),
            why="Microsoft: Resolve common errors (AnotherOperationInProgress)",
        ),
        FaultKind(
            "conflict",
            When.BEFORE,
            retried=False,
            message=_arm(409, "Conflict", "The operation conflicts with the state of the resource."),
            why="Microsoft: Resolve common errors (Conflict)",
        ),
        FaultKind(
            "server-error",
            When.BEFORE,
            retried=True,
            message=_arm(500, "InternalServerError", "The server encountered an internal error. Please retry."),
            why="Microsoft: Resolve common errors (InternalServerError)",
        ),
        FaultKind(
            "lost-before",
            When.BEFORE,
            retried=True,
            message="read: connection reset by peer",
            why="the request never reached Azure",
        ),
        FaultKind(
            "lost-after",
            When.AFTER,
            retried=True,
            message="read: connection reset by peer",
            why="Azure made the change, its answer never came back",
        ),
        FaultKind(
            "timeout",
            When.UNAWAITED,
            retried=False,
            message="context deadline exceeded",
            why="the operation took longer than its custom timeout; Azure goes on with it",
        ),
        FaultKind(
            "failed",
            When.ACCEPTED,
            retried=False,
            message=_arm(200, "InternalExecutionError", "An internal execution error occurred."),
            why="Microsoft: Asynchronous operations (provisioningState Failed): the resource exists, broken",
        ),
        FaultKind(
            "killed-before",
            When.BEFORE,
            retried=False,
            message="the engine was killed",
            why="the machine went away before the request was sent",
            ends_engine=True,
        ),
        FaultKind(
            "killed-after",
            When.AFTER,
            retried=False,
            message="the engine was killed",
            why="the machine went away after Azure made the change and before the state was written",
            ends_engine=True,
        ),
    )
}

VERBS = ("create", "read", "update", "delete")
BY_CHANCE = tuple(key for key, kind in KINDS.items() if not kind.ends_engine)
"""What a seed draws from."""

TABLES = """
create table if not exists faults (
    number integer primary key, kind text not null, verb text not null, part text not null,
    skip integer not null, times integer not null
);
create table if not exists chances (seed text not null, rate real not null);
create table if not exists tries (verb text not null, key text not null, count integer not null,
    primary key (verb, key));
"""


@dataclass(frozen=True)
class Fault:
    """A fault to come: at operations whose id holds ``part``, after ``skip`` of them, ``times`` times.

    ``verb`` is create, read, update or delete, empty for the three that change something.
    """

    kind: str
    verb: str = ""
    part: str = ""
    skip: int = 0
    times: int = 1

    def meets(self, verb: str, id: str) -> bool:
        """Whether an operation is one of those that this fault counts."""
        return (verb == self.verb if self.verb else verb != "read") and self.part.lower() in id.lower()


def by_chance(seed: str, rate: float, verb: str, id: str, attempt: int) -> str:
    """The fault that a seed gives to one attempt of an operation, empty for none; the order of operations is free."""
    digest = hashlib.sha256(f"{seed}/{verb}/{id.lower()}/{attempt}".encode()).digest()
    if int.from_bytes(digest[:6], "big") / 2**48 >= rate:
        return ""
    return BY_CHANCE[digest[6] % len(BY_CHANCE)]


def planned(connection: sqlite3.Connection, verb: str, id: str) -> str:
    """The fault that this operation was told to meet, empty for none; it is used up."""
    rows = connection.execute("select number, kind, verb, part, skip, times from faults order by number").fetchall()
    for number, *fields in rows:
        fault = Fault(*fields)
        if not fault.meets(verb, id):
            continue
        if fault.skip > 0:
            connection.execute("update faults set skip = skip - 1 where number = ?", (number,))
        elif fault.times > 1:
            connection.execute("update faults set times = times - 1 where number = ?", (number,))
            return fault.kind
        else:
            connection.execute("delete from faults where number = ?", (number,))
            return fault.kind
    return ""


def drawn(connection: sqlite3.Connection, verb: str, id: str) -> str:
    """The fault that the world's seed gives to this operation, empty for none; the attempt is counted."""
    chance = connection.execute("select seed, rate from chances").fetchone()
    if chance is None:
        return ""
    connection.execute(
        "insert into tries values (?, ?, 1) on conflict (verb, key) do update set count = count + 1", (verb, id.lower())
    )
    count = connection.execute("select count from tries where verb = ? and key = ?", (verb, id.lower())).fetchone()[0]
    return by_chance(chance[0], chance[1], verb, id, count)
