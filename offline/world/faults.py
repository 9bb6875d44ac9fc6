"""Faults between azure-native and Azure, at chosen operations or at random from a seed.

azure-native sends a request up to four times on 408, 429, 500, 502, 503, 504, a lost connection or 409
``AnotherOperationInProgress`` (Azure/azure-sdk-for-go: sdk/azcore/policy ``RetryOptions``;
pulumi/pulumi-azure-native: provider/pkg/azure/client_azcore.go). Everything else reaches the engine at once.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from offline.azure.codes.table import known


class When(StrEnum):
    """When a fault strikes, and whether the change happens.

    Once Azure has accepted a create or an update, its id is known, so the resource is in the state either way.
    """

    BEFORE = "before the change"
    """The change does not happen."""
    AFTER = "after the change"
    """The change happens, and its answer is lost."""
    UNAWAITED = "accepted, then completed unseen"
    """The change happens after azure-native has stopped waiting."""
    ACCEPTED = "accepted, then failed"
    """The change fails and leaves a broken resource."""


@dataclass(frozen=True)
class FaultKind:
    """A kind of fault."""

    key: str
    when: When
    retried: bool
    """Whether azure-native retries on its own."""
    message: str
    why: str
    """What causes it at Azure, or where that is documented."""
    ends_engine: bool = False
    """Whether the engine is killed at that moment."""
    anywhere: bool = True
    """Whether any operation can meet it, so that a seed may choose it."""
    ruins: bool = False
    """Whether the broken resource stays in provisioningState Failed, until it is deleted."""


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
            "unready",
            When.BEFORE,
            retried=True,
            message=_arm(429, "RetryableError", "A retryable error occurred."),
            why="the request names a resource that is still being written (tests/evidence/nat-gateway.yaml)",
            anywhere=False,
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
            why="Azure made the change, but its answer was lost",
        ),
        FaultKind(
            "timeout",
            When.UNAWAITED,
            retried=False,
            message="context deadline exceeded",
            why="the operation took longer than its custom timeout; Azure carries on with it",
        ),
        FaultKind(
            "failed",
            When.ACCEPTED,
            retried=False,
            message=_arm(200, "InternalExecutionError", "An internal execution error occurred."),
            why="Microsoft: Asynchronous operations (provisioningState Failed): the resource exists, broken",
        ),
        FaultKind(
            "subnet-in-use",
            When.BEFORE,
            retried=False,
            message=_arm(
                400,
                "InUseSubnetCannotBeDeleted",
                "Subnet postgresql is in use by /subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
                "/virtualNetworks/n/subnets/postgresql/serviceAssociationLinks/postgresql-service-association-link and "
                "cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. "
                "See aka.ms/deletesubnet.",
            ),
            why="the link of a PostgreSQL server to its subnet outlives it (Azure/azure-data-labs-modules#268)",
            anywhere=False,
        ),
        FaultKind(
            "high-demand",
            When.ACCEPTED,
            retried=False,
            message=_arm(
                503,
                "ServiceUnavailable",
                "Database account creation failed. Error : Sorry, we are currently experiencing high demand in this "
                "region, and cannot fulfill your request at this time. The access to the region is currently "
                "restricted, to request region access for your subscription, please follow this link "
                "https://aka.ms/cosmosdbquota for more details on how to create a region access request.",
            ),
            why="microsoft/vscode-cosmosdb #1958: a new Cosmos DB account, most often one with zones",
            anywhere=False,
            ruins=True,
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
BY_CHANCE = tuple(key for key, kind in KINDS.items() if kind.anywhere and not kind.ends_engine)
"""The kinds that a seed chooses from."""

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
    """A planned fault."""

    kind: str
    """A key of :data:`KINDS`."""
    verb: str = ""
    """One of :data:`VERBS`; empty: all but read."""
    part: str = ""
    """Only operations whose resource id contains this."""
    skip: int = 0
    """How many such operations succeed first."""
    times: int = 1
    """How many fail after that."""

    def meets(self, verb: str, id: str) -> bool:
        """Whether this fault applies to an operation."""
        return (verb == self.verb if self.verb else verb != "read") and self.part.lower() in id.lower()


def by_chance(seed: str, rate: float, verb: str, id: str, attempt: int) -> str:
    """The fault that a seed gives to an attempt of an operation, whatever their order; empty for none."""
    digest = hashlib.sha256(f"{seed}/{verb}/{id.lower()}/{attempt}".encode()).digest()
    if int.from_bytes(digest[:6], "big") / 2**48 >= rate:
        return ""
    return BY_CHANCE[digest[6] % len(BY_CHANCE)]


def planned(connection: sqlite3.Connection, verb: str, id: str) -> str:
    """The fault planned for this operation, empty for none; it is used up."""
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
    """The fault that the world's seed gives to this operation, empty for none; counts the attempt."""
    chance = connection.execute("select seed, rate from chances").fetchone()
    if chance is None:
        return ""
    connection.execute(
        "insert into tries values (?, ?, 1) on conflict (verb, key) do update set count = count + 1", (verb, id.lower())
    )
    count = connection.execute("select count from tries where verb = ? and key = ?", (verb, id.lower())).fetchone()[0]
    return by_chance(chance[0], chance[1], verb, id, count)
