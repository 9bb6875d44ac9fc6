"""The grants on a real PostgreSQL 17: what the catalogue says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from stacks.plan import EnvironmentPlan, StackPlan
from stacks.plan.stores.postgresql import PostgresqlPlan
from stacks.plan.stores.postgresql_grants import DatabaseAccess, script_of
from tests.harness.postgresql import ADMINISTRATORS, SUPERUSER, Server, azure_like_server

STRANGER = "mys-dev-stranger-identity-san"
PERSON = "platform-team"


@pytest.fixture(scope="module")
def plan(plans: dict[str, StackPlan]) -> PostgresqlPlan:
    found = plans["dev"]
    assert isinstance(found, EnvironmentPlan)
    return found.stores.postgresql


@pytest.fixture(scope="module")
def server(plan: PostgresqlPlan) -> Iterator[Server]:
    """A server with the databases and administrators of dev, on which the script has run twice."""
    with azure_like_server() as server:
        for administrator in (plan.migrator, PERSON):
            server.administrator(administrator)
        server.run(SUPERUSER, "postgres", f'CREATE ROLE "{STRANGER}" LOGIN')
        # One of them is there already, and is the administrators'.
        server.database(plan.databases[0], ADMINISTRATORS)
        assert server.value(STRANGER, plan.databases[0], "SELECT 1") == 1, "before the script everybody may connect"
        for _ in range(2):
            assert apply(server, plan.migrator, plan.script, plan.access) == []
        yield server


def apply(server: Server, migrator: str, script: str, accesses: tuple[DatabaseAccess, ...]) -> list[str]:
    return server.script(migrator, script, {each.variable: f"oid of {each.service}" for each in accesses})


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
    assert str(server.value(plan.migrator, "postgres", "SHOW server_version")).startswith("17.")
    attributes = "SELECT rolsuper::text || rolcreaterole::text FROM pg_roles WHERE rolname = current_user"
    assert server.value(plan.migrator, "postgres", attributes) == "falsetrue"


@pytest.mark.requirement("S1-034", "S2-015", "S0-31", "S1-037", "S1-040", "S1-051")
def test_a_database_for_every_owner(server: Server, plan: PostgresqlPlan) -> None:
    assert plan.databases == ("mystiraapp", "adminapi", "storygenerator", "publisher")
    owners = {
        name: server.value(
            SUPERUSER, "postgres", f"SELECT datdba::regrole::text FROM pg_database WHERE datname = '{name}'"
        )
        for name in plan.databases
    }
    migrator = f'"{plan.migrator}"'
    assert owners == {name: ADMINISTRATORS if name == plan.databases[0] else migrator for name in plan.databases}


@pytest.mark.requirement("S3-112", "S2-052")
def test_the_matrix_is_the_catalogue(server: Server, plan: PostgresqlPlan) -> None:
    wanted = {(each.role, each.database): each.owner for each in plan.access}
    for role in {each.role for each in plan.access} | {STRANGER}:
        for database in plan.databases:
            owner = wanted.get((role, database))
            expected = (
                set() if owner is None else {"CONNECT", "USAGE public"} | ({"CREATE public"} if owner else set[str]())
            )
            assert rights(server, role, database) == expected, f"{role} in {database}"
    assert {(each.service, each.database) for each in plan.access if not each.owner} == {("admin-api", "mystiraapp")}


def test_each_consumer_is_one_entra_principal_and_no_member_of_anything(server: Server, plan: PostgresqlPlan) -> None:
    for each in plan.access:
        label = f"SELECT objectid FROM pgaadauth_principals WHERE rolname = '{each.role}' AND NOT admin"
        assert server.value(SUPERUSER, "postgres", label) == f"oid of {each.service}"
    members = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname LIKE 'mys-%' "
    assert server.value(SUPERUSER, "postgres", members + "AND NOT r.rolcreaterole") == 0
    powers = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mys-%identity%' AND NOT rolcreaterole AND "
    assert (
        server.value(SUPERUSER, "postgres", powers + "(rolsuper OR rolcreatedb OR rolbypassrls OR rolreplication)") == 0
    )


def test_the_migrator_keeps_no_membership_it_could_use(server: Server, plan: PostgresqlPlan) -> None:
    for each in plan.access:
        usable = f"SELECT pg_has_role('{plan.migrator}', '{each.role}', 'USAGE')"
        assert server.value(SUPERUSER, "postgres", usable) is False


@pytest.mark.requirement("S2-025", "S2-027", "S0-18", "S2-003")
def test_an_owner_makes_tables_and_a_reader_reads_them(server: Server, plan: PostgresqlPlan) -> None:
    owner = next(each for each in plan.access if each.database == "mystiraapp" and each.owner)
    reader = next(each for each in plan.access if each.database == "mystiraapp" and not each.owner)
    server.run(owner.role, "mystiraapp", "CREATE TABLE story (id bigserial PRIMARY KEY, title text)")
    server.run(owner.role, "mystiraapp", "CREATE TABLE page (id bigserial, story bigint REFERENCES story (id))")
    server.run(owner.role, "mystiraapp", "INSERT INTO story (title) VALUES ('One')")
    server.run(owner.role, "mystiraapp", "ALTER TABLE story ADD COLUMN pages int DEFAULT 1")
    assert server.value(reader.role, "mystiraapp", "SELECT title FROM story") == "One"
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
            server.run(reader.role, "mystiraapp", forbidden)
    for forbidden in ("CREATE SCHEMA other", "CREATE TEMPORARY TABLE other (id int)", "CREATE ROLE other"):
        with pytest.raises(InsufficientPrivilege):
            server.run(owner.role, "mystiraapp", forbidden)


@pytest.mark.requirement("S1-044", "S2-032")
def test_what_the_migrator_makes_is_the_owners_to_use(server: Server, plan: PostgresqlPlan) -> None:
    owner = next(each for each in plan.access if each.database == "mystiraapp" and each.owner)
    reader = next(each for each in plan.access if each.database == "mystiraapp" and not each.owner)
    server.run(plan.migrator, "mystiraapp", "CREATE TABLE migrated (id bigserial PRIMARY KEY, note text)")
    server.run(owner.role, "mystiraapp", "INSERT INTO migrated (note) VALUES ('by the owner')")
    assert server.value(reader.role, "mystiraapp", "SELECT note FROM migrated") == "by the owner"
    with pytest.raises(InsufficientPrivilege):
        server.run(reader.role, "mystiraapp", "INSERT INTO migrated (note) VALUES ('x')")
    with pytest.raises(InsufficientPrivilege):
        server.run(owner.role, "mystiraapp", "DROP TABLE migrated")


def test_nobody_else_gets_in(server: Server, plan: PostgresqlPlan) -> None:
    inside = {(each.role, each.database) for each in plan.access}
    for role in {each.role for each in plan.access} | {STRANGER}:
        for database in plan.databases:
            if (role, database) in inside:
                assert server.value(role, database, "SELECT current_user") == role
            else:
                with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                    server.value(role, database, "SELECT 1")
    assert server.value(PERSON, plan.databases[0], "SELECT 1") == 1


def test_it_runs_again_over_tables_and_takes_back_what_is_no_longer_said(server: Server, plan: PostgresqlPlan) -> None:
    owner = next(each for each in plan.access if each.database == "publisher" and each.owner)
    other = next(each for each in plan.access if each.database == "adminapi" and each.owner)
    server.run(owner.role, "publisher", "CREATE TABLE queue (id bigserial PRIMARY KEY, item text)")
    server.run(plan.migrator, "publisher", f'GRANT CONNECT ON DATABASE publisher TO "{STRANGER}"')
    reads = DatabaseAccess(other.service, other.role, "publisher", False, "", False)
    with_reader = (*plan.access, reads)
    assert apply(server, plan.migrator, script_of("dev", plan.migrator, with_reader), with_reader) == []
    assert server.value(other.role, "publisher", "SELECT count(*) FROM queue") == 0
    assert rights(server, STRANGER, "publisher") == set()
    assert apply(server, plan.migrator, plan.script, plan.access) == []
    assert rights(server, other.role, "publisher") == set()
    can_read = f"SELECT has_table_privilege('{other.role}', 'queue', 'SELECT')"
    assert server.value(SUPERUSER, "publisher", can_read) is False
    server.run(owner.role, "publisher", "CREATE TABLE after (id int)")
    can_read = f"SELECT has_table_privilege('{other.role}', 'after', 'SELECT')"
    assert server.value(SUPERUSER, "publisher", can_read) is False
    server.run(owner.role, "publisher", "INSERT INTO queue (item) VALUES ('still mine')")


def test_it_fails_where_it_may_not_revoke(server: Server, plan: PostgresqlPlan) -> None:
    """A database that another administrator made, or Azure itself: the message says whose it is and what helps."""
    access = plan.access[0]
    server.database("somebodys", PERSON)
    theirs = DatabaseAccess(access.service, access.role, "somebodys", True, "", False)
    script = script_of("dev", plan.migrator, [theirs])
    said = f'belongs to "{PERSON}": as that role,\n      ALTER DATABASE somebodys OWNER TO {ADMINISTRATORS}'
    with pytest.raises(psycopg.errors.RaiseException, match=said):
        apply(server, plan.migrator, script, (theirs,))
    server.run(PERSON, "postgres", f"ALTER DATABASE somebodys OWNER TO {ADMINISTRATORS}")
    assert apply(server, plan.migrator, script, (theirs,)) == []


def test_the_harness_knows_what_it_can_do(server: Server, plan: PostgresqlPlan) -> None:
    with pytest.raises(ValueError, match="not a command of this harness"):
        server.script(plan.migrator, "\\connect postgres\n\\copy x to y\n", {})
