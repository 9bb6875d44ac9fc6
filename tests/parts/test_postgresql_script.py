"""The script of grants on a real PostgreSQL 17: each consumer may do what the catalogue says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from stacks.catalogue.needs.database import Database
from stacks.parts.postgresql.plan import POSTGRESQL_SERVER, PostgresqlPlan
from stacks.parts.postgresql.script import DatabaseAccess, script_of
from stacks.plan.model import StackPlan
from tests.harness.postgresql import ADMINISTRATORS, SUPERUSER, Server, azure_like_server
from tests.platform.catalogue import CATALOGUE

STRANGER = "mys-dev-stranger-identity-san"
PERSON = "platform-team"


@pytest.fixture(scope="module")
def plan(plans: Mapping[str, StackPlan]) -> PostgresqlPlan:
    return plans["dev"].of(POSTGRESQL_SERVER)


@pytest.fixture(scope="module")
def server(plan: PostgresqlPlan) -> Iterator[Server]:
    """A server with the databases and administrators of dev, on which the script has run twice."""
    with azure_like_server() as server:
        for administrator in (plan.migrator.name, PERSON):
            server.administrator(administrator)
        server.run(SUPERUSER, "postgres", f'CREATE ROLE "{STRANGER}" LOGIN')
        # One of them exists already and belongs to the administrators.
        server.database(plan.databases[0], ADMINISTRATORS)
        assert server.value(STRANGER, plan.databases[0], "SELECT 1") == 1, "before the script everybody may connect"
        for _ in range(2):
            assert apply(server, plan, plan.script, plan.access) == []
        yield server


def apply(server: Server, plan: PostgresqlPlan, script: str, accesses: tuple[DatabaseAccess, ...]) -> list[str]:
    """Run a script as the migrator; returns PostgreSQL's notices and warnings."""
    return server.script(plan.migrator.name, script, {each.variable: f"oid of {each.service}" for each in accesses})


def role_in(plan: PostgresqlPlan, database: str, *, owner: bool) -> str:
    """The role that owns the data of a database, or one that only reads it."""
    found = [each for each in plan.access if each.database == database and each.owner is owner]
    return next(each.role for each in found if each.writes is owner)


def rights(server: Server, role: str, database: str) -> set[str]:
    """What a role may do in a database, asked of the server itself."""
    found = {
        what
        for what in ("CONNECT", "CREATE", "TEMPORARY")
        if server.value(SUPERUSER, database, f"SELECT has_database_privilege('{role}', '{database}', '{what}')")
    }
    return found | {
        f"{what} public"
        for what in ("USAGE", "CREATE")
        if server.value(SUPERUSER, database, f"SELECT has_schema_privilege('{role}', 'public', '{what}')")
    }


def test_it_is_postgresql_17_and_the_migrator_is_no_superuser(server: Server, plan: PostgresqlPlan) -> None:
    assert str(server.value(plan.migrator.name, "postgres", "SHOW server_version")).startswith("17.")
    attributes = "SELECT rolsuper::text || rolcreaterole::text FROM pg_roles WHERE rolname = current_user"
    assert server.value(plan.migrator.name, "postgres", attributes) == "falsetrue"


@pytest.mark.requirement("S0-31", "S2-052")
def test_a_database_for_every_owner(server: Server, plan: PostgresqlPlan) -> None:
    needs = [need for service in CATALOGUE for need in service.needs if isinstance(need, Database)]
    assert set(plan.databases) == {need.name for need in needs if need.owner}
    owner = "SELECT datdba::regrole::text FROM pg_database WHERE datname = '{}'"
    owners = {name: server.value(SUPERUSER, "postgres", owner.format(name)) for name in plan.databases}
    there_before, *made = plan.databases
    assert owners == {there_before: ADMINISTRATORS, **dict.fromkeys(made, f'"{plan.migrator.name}"')}


@pytest.mark.requirement("S0-31", "S2-052", "S3-112")
def test_the_matrix_is_the_catalogue(server: Server, plan: PostgresqlPlan) -> None:
    rights_of = {(each.role, each.database): {"CONNECT", "USAGE public"} for each in plan.access}
    for each in plan.access:
        if each.owner:
            rights_of[each.role, each.database].add("CREATE public")
    for role in {each.role for each in plan.access} | {STRANGER}:
        for database in plan.databases:
            expected = rights_of.get((role, database), set[str]())
            assert rights(server, role, database) == expected, f"{role} in {database}"


@pytest.mark.requirement("S3-112")
def test_each_consumer_is_one_entra_principal_and_no_member_of_anything(server: Server, plan: PostgresqlPlan) -> None:
    for each in plan.access:
        label = f"SELECT objectid FROM pgaadauth_principals WHERE rolname = '{each.role}' AND NOT admin"
        assert server.value(SUPERUSER, "postgres", label) == f"oid of {each.service}"
    members = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'mys-%' "
    assert server.value(SUPERUSER, "postgres", members + "AND NOT r.rolcreaterole") == 0
    powers = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mys-%identity%' AND NOT rolcreaterole AND "
    special = "(rolsuper OR rolcreatedb OR rolbypassrls OR rolreplication)"
    assert server.value(SUPERUSER, "postgres", powers + special) == 0


def test_the_migrator_keeps_no_membership_it_could_use(server: Server, plan: PostgresqlPlan) -> None:
    for each in plan.access:
        usable = f"SELECT pg_has_role('{plan.migrator.name}', '{each.role}', 'USAGE')"
        assert server.value(SUPERUSER, "postgres", usable) is False


@pytest.mark.requirement("S0-18", "S2-003")
def test_an_owner_makes_tables_and_a_reader_reads_them(server: Server, plan: PostgresqlPlan) -> None:
    owner, reader = (role_in(plan, "mystiraapp", owner=each) for each in (True, False))
    server.run(owner, "mystiraapp", "CREATE TABLE story (id bigserial PRIMARY KEY, title text)")
    server.run(owner, "mystiraapp", "CREATE TABLE page (id bigserial, story bigint REFERENCES story (id))")
    server.run(owner, "mystiraapp", "INSERT INTO story (title) VALUES ('One')")
    server.run(owner, "mystiraapp", "ALTER TABLE story ADD COLUMN pages int DEFAULT 1")
    assert server.value(reader, "mystiraapp", "SELECT title FROM story") == "One"
    for forbidden in (
        "INSERT INTO story (title) VALUES ('Two')",
        "UPDATE story SET title = 'Two'",
        "DELETE FROM story",
        "TRUNCATE story",
        "CREATE TABLE other (id int)",
        "CREATE TEMPORARY TABLE other (id int)",
        "CREATE SCHEMA other",
        "SELECT nextval('story_id_seq')",
    ):
        with pytest.raises(InsufficientPrivilege):
            server.run(reader, "mystiraapp", forbidden)
    for forbidden in ("CREATE SCHEMA other", "CREATE TEMPORARY TABLE other (id int)", "CREATE ROLE other"):
        with pytest.raises(InsufficientPrivilege):
            server.run(owner, "mystiraapp", forbidden)


@pytest.mark.requirement("S1-044", "S2-032")
def test_what_the_migrator_makes_is_the_owners_to_use(server: Server, plan: PostgresqlPlan) -> None:
    owner, reader = (role_in(plan, "mystiraapp", owner=each) for each in (True, False))
    migrated = "CREATE TABLE migrated (id bigserial PRIMARY KEY, note text)"
    server.run(plan.migrator.name, "mystiraapp", migrated)
    server.run(owner, "mystiraapp", "INSERT INTO migrated (note) VALUES ('by the owner')")
    assert server.value(reader, "mystiraapp", "SELECT note FROM migrated") == "by the owner"
    with pytest.raises(InsufficientPrivilege):
        server.run(reader, "mystiraapp", "INSERT INTO migrated (note) VALUES ('x')")
    with pytest.raises(InsufficientPrivilege):
        server.run(owner, "mystiraapp", "DROP TABLE migrated")


@pytest.mark.requirement("S2-052", "S3-112")
def test_the_migration_writes_rows_and_makes_no_tables(server: Server, plan: PostgresqlPlan) -> None:
    """In tables of the owner and of the migrator, those that come later included."""
    owner = role_in(plan, "mystiraapp", owner=True)
    (writer,) = [each.role for each in plan.access if each.writes and not each.owner]
    for maker in (owner, plan.migrator.name):
        table = f"moved_by_{'owner' if maker == owner else 'migrator'}"
        server.run(maker, "mystiraapp", f"CREATE TABLE {table} (id bigserial PRIMARY KEY, name text)")
        server.run(writer, "mystiraapp", f"INSERT INTO {table} (name) VALUES ('One'), ('Two')")
        server.run(writer, "mystiraapp", f"UPDATE {table} SET name = 'Three' WHERE name = 'Two'")
        server.run(writer, "mystiraapp", f"DELETE FROM {table} WHERE name = 'One'")
        assert server.value(writer, "mystiraapp", f"SELECT string_agg(name, ' ') FROM {table}") == "Three"
        for forbidden in (f"TRUNCATE {table}", f"DROP TABLE {table}", f"ALTER TABLE {table} ADD COLUMN more int"):
            with pytest.raises(InsufficientPrivilege):
                server.run(writer, "mystiraapp", forbidden)
    for forbidden in ("CREATE TABLE other (id int)", "CREATE SCHEMA other", "CREATE TEMPORARY TABLE other (id int)"):
        with pytest.raises(InsufficientPrivilege):
            server.run(writer, "mystiraapp", forbidden)


def test_nobody_else_gets_in(server: Server, plan: PostgresqlPlan) -> None:
    inside = {(each.role, each.database) for each in plan.access}
    for role in {each.role for each in plan.access} | {STRANGER}:
        for database in plan.databases:
            if (role, database) in inside:
                assert server.value(role, database, "SELECT current_user") == role
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    server.value(role, database, "SELECT 1")
    assert {server.value(PERSON, database, "SELECT 1") for database in plan.databases} == {1}


def test_it_runs_again_over_tables_and_revokes_what_the_catalogue_no_longer_says(
    server: Server, plan: PostgresqlPlan
) -> None:
    owner = role_in(plan, "publisher", owner=True)
    (other,) = [each for each in plan.access if each.database == "adminapi"]
    server.run(owner, "publisher", "CREATE TABLE queue (id bigserial PRIMARY KEY, item text)")
    server.run(plan.migrator.name, "publisher", f'GRANT CONNECT ON DATABASE publisher TO "{STRANGER}"')
    with_reader = (*plan.access, DatabaseAccess(other.service, other.role, "publisher", False, "", False))
    assert apply(server, plan, script_of("dev", plan.migrator.name, with_reader), with_reader) == []
    assert server.value(other.role, "publisher", "SELECT count(*) FROM queue") == 0
    assert rights(server, STRANGER, "publisher") == set()
    assert apply(server, plan, plan.script, plan.access) == []
    assert rights(server, other.role, "publisher") == set()
    server.run(owner, "publisher", "CREATE TABLE after (id int)")
    for table in ("queue", "after"):
        can_read = f"SELECT has_table_privilege('{other.role}', '{table}', 'SELECT')"
        assert server.value(SUPERUSER, "publisher", can_read) is False
    server.run(owner, "publisher", "INSERT INTO queue (item) VALUES ('still mine')")


def test_it_fails_where_it_may_not_revoke(server: Server, plan: PostgresqlPlan) -> None:
    """A database that another administrator made, or Azure itself: the message says whose it is and what helps."""
    access = plan.access[0]
    server.database("somebodys", PERSON)
    theirs = DatabaseAccess(access.service, access.role, "somebodys", True, "", False)
    script = script_of("dev", plan.migrator.name, [theirs])
    said = f'belongs to "{PERSON}"; as that role, run\n      ALTER DATABASE somebodys OWNER TO {ADMINISTRATORS}'
    with pytest.raises(psycopg.errors.RaiseException, match=said):
        apply(server, plan, script, (theirs,))
    server.run(PERSON, "postgres", f"ALTER DATABASE somebodys OWNER TO {ADMINISTRATORS}")
    assert apply(server, plan, script, (theirs,)) == []


def test_its_head_says_how_to_run_it(plan: PostgresqlPlan) -> None:
    _, who, command = plan.script.splitlines()[:3]
    assert f"with psql as {plan.migrator.name}" in who
    for each in plan.access:
        assert f"-v {each.variable}=…" in command


def test_the_harness_knows_what_it_can_do(server: Server, plan: PostgresqlPlan) -> None:
    with pytest.raises(ValueError, match="not a psql command of this harness"):
        server.script(plan.migrator.name, "\\connect postgres\n\\copy x to y\n", {})
