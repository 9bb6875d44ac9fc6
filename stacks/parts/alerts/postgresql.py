"""Metric rules of PostgreSQL."""

from __future__ import annotations

from typing import Any

from components.postgresql.facts import RESERVED_CONNECTIONS, connections_of
from stacks.parts.alerts.rule import AMBA, rule

SHARE = 0.8
"""Of what a size offers, from where on somebody should know."""


def _connections(settings: Any) -> float:
    """80 % of what the size of the server leaves to its users."""
    return round(SHARE * ((connections_of(settings.postgresql.sku) or 0) - RESERVED_CONNECTIONS))


_SLOW_SQL = "Query Store, or `pg_stat_activity` by duration."
_BIGGER = "End what runs away; else a larger `mystira:postgresql.sku`."

POSTGRESQL = (
    rule(
        "postgresql-server",
        "pgdown",
        "is_db_alive",
        "Maximum",
        1,
        1,
        "The server answers nobody.",
        "Resource health of the server; its failovers.",
        "Wait for the failover (two minutes); else restart it, else docs/runbooks/recovery.md.",
        operator="LessThan",
        window="PT5M",
    ),
    rule(
        "postgresql-server",
        "pgcpu",
        "cpu_percent",
        "Average",
        90,
        2,
        "The server has no time left.",
        _SLOW_SQL,
        _BIGGER,
    ),
    rule(
        "postgresql-server",
        "pgmemory",
        "memory_percent",
        "Average",
        90,
        2,
        "The server has no memory left.",
        _SLOW_SQL,
        _BIGGER,
    ),
    rule(
        "postgresql-server",
        "pgstorage",
        "storage_percent",
        "Average",
        80,
        2,
        "Its disk fills up; at 95 % it takes no more writes.",
        "Sizes of the databases; replication slots that nobody reads.",
        "Drop what is not needed; raise `mystira:postgresql.storage_gib`, which cannot shrink again.",
        source=f"{AMBA} (90 %: too late, since a disk only grows)",
    ),
    rule(
        "postgresql-server",
        "pgconnections",
        "active_connections",
        "Average",
        _connections,
        2,
        "Four fifths of all connections are taken.",
        "`select usename, count(*) from pg_stat_activity group by 1`.",
        "Restart the service that leaks them; switch `mystira:postgresql.pgbouncer` on, or take a larger size.",
        source=f"{AMBA} (120 whatever the size); Microsoft: Limits in Azure Database for PostgreSQL",
    ),
    rule(
        "postgresql-server",
        "pgfailed",
        "connections_failed",
        "Total",
        10,
        3,
        "Logins fail.",
        "PostgreSQLLogs, lines with FATAL.",
        "A service without its grant: docs/runbooks/postgresql.md; anybody else: the firewall.",
    ),
    rule(
        "postgresql-server",
        "pgdeadlocks",
        "deadlocks",
        "Total",
        1,
        3,
        "Transactions block each other.",
        "PostgreSQLLogs, `deadlock detected`.",
        "The service that is named takes its locks in another order.",
    ),
    rule(
        "postgresql-server",
        "pgdisk",
        "disk_iops_consumed_percentage",
        "Average",
        90,
        2,
        "The disk does as much as it can.",
        _SLOW_SQL,
        "An index where a table is read whole; else more storage, which brings more operations.",
    ),
    rule(
        "postgresql-server",
        "pgwraparound",
        "maximum_used_transactionIDs",
        "Maximum",
        1000000000,
        2,
        "Half of all transaction numbers are used: VACUUM does not keep up, and at two thousand million the server "
        "takes no more writes.",
        "`select datname, age(datfrozenxid) from pg_database`; transactions that stay open.",
        "End the oldest transaction, then `vacuum freeze` on the oldest tables.",
        source="PostgreSQL: Preventing Transaction ID Wraparound Failures (AMBA's limit is beyond the counter's end)",
    ),
)
