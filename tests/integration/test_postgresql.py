"""The script of grants on a server in a container: the one that CI starts next to its tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stacks.parts.postgresql.plan import POSTGRESQL_SERVER, PostgresqlPlan
from tests.harness.postgresql import ADMINISTRATORS, AZURE, SUPERUSER, Server
from tests.harness.settings import plan
from tests.integration.conftest import named

VARIABLE = "MYSTIRA_POSTGRESQL"
"""How an empty server is reached as its superuser, as libpq takes it; it trusts whoever comes."""
STRANGER = "stranger"


class Container(Server):
    """A server that is reached over the network."""

    def __init__(self, line: str) -> None:
        super().__init__(Path(os.devnull))
        self.line = line

    @contextmanager
    def connect(self, role: str, database: str) -> Iterator[psycopg.Connection]:
        """A connection that commits each statement."""
        with psycopg.connect(self.line, user=role, dbname=database, autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="module")
def dev() -> PostgresqlPlan:
    """The plan of the tests' own dev."""
    return plan("dev").of(POSTGRESQL_SERVER)


@pytest.fixture(scope="module")
def server(dev: PostgresqlPlan) -> Server:
    """The server, made to behave like Azure's, on which the script has run twice."""
    server = Container(named(VARIABLE))
    with psycopg.connect(server.line, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {SUPERUSER} LOGIN SUPERUSER".encode())
    server.run(SUPERUSER, "postgres", AZURE)
    server.run(SUPERUSER, "template1", f"ALTER SCHEMA public OWNER TO {ADMINISTRATORS}")
    server.administrator(dev.migrator.name)
    server.run(SUPERUSER, "postgres", f"CREATE ROLE {STRANGER} LOGIN")
    for _ in range(2):
        notices = server.script(dev.migrator.name, dev.script, {each.variable: each.service for each in dev.access})
        assert notices == []
    return server


@pytest.mark.requirement("S2-029", "S1-109")
def test_every_consumer_comes_into_its_database_and_nobody_else(server: Server, dev: PostgresqlPlan) -> None:
    for each in dev.access:
        assert server.value(each.role, each.database, "SELECT 1") == 1
    for database in dev.databases:
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            server.value(STRANGER, database, "SELECT 1")
