"""The resources of the offline cloud, by id. Ids are case-insensitive, as at Azure.

Safe for several threads and processes: every operation takes the database's write lock before it reads, so nothing
changes between its reads and its writes.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from offline.secrecy import hidden
from offline.world.faults import KINDS, Fault, FaultKind, drawn, planned
from offline.world.faults import TABLES as FAULT_TABLES
from offline.world.limits import TABLES as LIMIT_TABLES
from offline.world.limits import Limits
from offline.world.objects import TABLES as OBJECT_TABLES
from offline.world.objects import CloudObject, Writer, object_of

_TABLES = """
create table if not exists operations (number integer primary key, verb text, token text, id text, outcome text);
create table if not exists busy (parent text primary key, since real not null);
"""
NO_FILE = 0
BUSY_SECONDS = 30.0
DEAD_CLAIM_SECONDS = 10.0
"""The age after which a claim is that of a dead process."""


class World:
    """The database at ``path``, created if it does not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[tuple[int, sqlite3.Connection]] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.execute("pragma journal_mode=wal")
            connection.executescript(_TABLES + OBJECT_TABLES + FAULT_TABLES + LIMIT_TABLES)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection for one operation. It is used again: opening one takes longer than most operations."""
        file, connection = self._open()
        try:
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("rollback")
            self._idle.append((file, connection))

    def _open(self) -> tuple[int, sqlite3.Connection]:
        """A connection that nobody uses, with the file that it is to. Another file may have taken its place."""
        while self._idle:
            # Several threads may take one here.
            with suppress(IndexError):
                file, connection = self._idle.pop()
                if self._file() == file:
                    return file, connection
                connection.close()
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        # A killed process loses nothing in WAL mode; only a power cut may take the last operations with it.
        connection.execute("pragma synchronous=normal")
        return self._file(), connection

    def _file(self) -> int:
        """Which file there is: its number, or one that none has."""
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return NO_FILE

    @contextmanager
    def writing(self, verb: str, token: str, id: str) -> Iterator[Writer]:
        """One operation, in a transaction. It is recorded whether it succeeds or not."""
        with self._connection() as connection:
            connection.execute("begin immediate")
            try:
                yield Writer(connection)
            except BaseException as error:
                connection.execute("rollback")
                _record(connection, verb, token, id, str(error).partition("\n")[0] or type(error).__name__)
                raise
            _record(connection, verb, token, id, "done")
            connection.execute("commit")

    @contextmanager
    def limits(self) -> Iterator[Limits]:
        """The limits that the surroundings set to a run, to read or to change."""
        with self._connection() as connection:
            yield Limits(connection)

    @contextmanager
    def exclusively(self, parent: str, seconds: float = 0) -> Iterator[bool]:
        """Claim a resource for one operation; false while another one has it. The claim of a dead process expires.

        ``seconds`` is how long the operation is known to take.
        """
        with self._connection() as connection:
            connection.execute("delete from busy where since < ?", (time.time() - DEAD_CLAIM_SECONDS,))
            since = time.time() + seconds
            mine = connection.execute("insert or ignore into busy values (?, ?)", (parent.lower(), since))
            try:
                yield mine.rowcount == 1
            finally:
                if mine.rowcount == 1:
                    connection.execute("delete from busy where parent = ?", (parent.lower(),))

    @contextmanager
    def reading(self) -> Iterator[Writer]:
        """Several questions to the world as it is at one moment."""
        with self._connection() as connection:
            connection.execute("begin")
            yield Writer(connection)
            connection.execute("rollback")

    @contextmanager
    def trying(self) -> Iterator[Writer]:
        """What an operation would do: nobody else writes meanwhile, all of it is taken back, and nothing is recorded.

        A write while :meth:`reading` fails as soon as somebody else has written since its first question.
        """
        with self._connection() as connection:
            connection.execute("begin immediate")
            yield Writer(connection)
            connection.execute("rollback")

    def get(self, id: str) -> CloudObject | None:
        """The object, or ``None``."""
        with self._connection() as connection:
            return Writer(connection).get(id)

    def all(self) -> list[CloudObject]:
        """Everything, oldest first."""
        with self._connection() as connection:
            return Writer(connection).below("")

    def of_type(self, token: str) -> list[CloudObject]:
        """The objects of one Pulumi type, oldest first."""
        with self._connection() as connection:
            return Writer(connection).of_type(token)

    def kept(self) -> list[CloudObject]:
        """The deleted objects whose names are still reserved, by name."""
        with self._connection() as connection:
            rows = connection.execute("select id, token, body from kept order by name, token").fetchall()
        return [object_of(row) for row in rows]

    def operations(self, since: int = 0) -> list[tuple[str, str, str, str]]:
        """Verb, type, id and outcome of every operation after the first ``since``, oldest first."""
        with self._connection() as connection:
            return connection.execute(
                "select verb, token, id, outcome from operations where number > ? order by number", (since,)
            ).fetchall()

    def refuse(self, token: str, id: str, outcome: str) -> None:
        """Record an operation that was rejected before it began."""
        with self._connection() as connection:
            _record(connection, "refused", token, id, outcome.partition("\n")[0])

    def note(self, verb: str, token: str, id: str) -> None:
        """Record an operation that succeeded at the API server of a cluster, which keeps its objects itself."""
        with self._connection() as connection:
            _record(connection, verb, token, id, "done")

    def refused(self) -> list[tuple[str, str, str, str]]:
        """The operations that did not succeed, oldest first."""
        return [row for row in self.operations() if row[3] != "done"]

    def made_here(self) -> set[str]:
        """The ids, in lower case, of existing objects that our own operations created."""
        with self._connection() as connection:
            rows = connection.execute(
                "select lower(operations.id), verb, max(number) from operations"
                " join objects on objects.key = lower(operations.id)"
                " where outcome = 'done' and verb in ('create', 'delete', 'set') group by lower(operations.id)"
            ).fetchall()
        return {id for id, verb, _ in rows if verb == "create"}

    def made_in_clusters(self, tokens: str) -> set[str]:
        """The ids, in lower case, of what our operations created in clusters, of the types that begin with ``tokens``,
        and did not delete."""
        with self._connection() as connection:
            rows = connection.execute(
                "select lower(id), verb, max(number) from operations where outcome = 'done'"
                " and verb in ('create', 'delete') and substr(token, 1, ?) = ? group by lower(id)",
                (len(tokens), tokens),
            ).fetchall()
        return {id for id, verb, _ in rows if verb == "create"}

    def seen(self) -> int:
        """The number of operations so far."""
        with self._connection() as connection:
            return int(connection.execute("select coalesce(max(number), 0) from operations").fetchone()[0])

    def add_fault(self, fault: Fault) -> None:
        """Plan a fault."""
        with self._connection() as connection:
            connection.execute(
                "insert into faults (kind, verb, part, skip, times) values (?, ?, ?, ?, ?)",
                (fault.kind, fault.verb, fault.part, fault.skip, fault.times),
            )

    def set_chance(self, seed: str, rate: float) -> None:
        """Let every operation fail with this probability; the same seed gives the same faults."""
        with self._connection() as connection:
            # Attempts counted so far belong to the previous seed, even if it was the same.
            connection.executescript("delete from chances; delete from tries;")
            connection.execute("insert into chances values (?, ?)", (seed, rate))

    def clear_faults(self) -> None:
        """Remove all faults."""
        with self._connection() as connection:
            connection.executescript("delete from faults; delete from chances; delete from tries;")

    def faults(self) -> list[Fault]:
        """The faults still planned, oldest first."""
        with self._connection() as connection:
            rows = connection.execute("select kind, verb, part, skip, times from faults order by number").fetchall()
        return [Fault(*row) for row in rows]

    def fault(self, verb: str, token: str, id: str) -> FaultKind | None:
        """The fault of this operation, if any; it is used up and recorded."""
        with self._connection() as connection:
            some = "select exists (select 1 from faults) or exists (select 1 from chances)"
            if not connection.execute(some).fetchone()[0]:
                return None
            connection.execute("begin immediate")
            key = planned(connection, verb, id) or drawn(connection, verb, id)
            if key:
                _record(connection, verb, token, id, f"fault: {key}")
            connection.execute("commit")
        return KINDS[key] if key else None

    def take_name(self, name: str, token: str) -> None:
        """Let somebody else own a globally unique name; names are unique within a type."""
        with self._connection() as connection:
            connection.execute("insert or replace into taken values (?, ?)", (name.lower(), token))


def _record(connection: sqlite3.Connection, verb: str, token: str, id: str, outcome: str) -> None:
    connection.execute(
        "insert into operations (verb, token, id, outcome) values (?, ?, ?, ?)", (verb, token, id, hidden(outcome))
    )
