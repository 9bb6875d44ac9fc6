"""Who may do what in the databases: the SQL that makes it so, as a pure function of the catalogue's needs.

Azure's role assignments end at the server; inside it only SQL grants. The script is psql's, runs as an Entra
administrator who is no superuser (the `db-migrator` identity), and may run as often as one likes.

- Each consumer is one Entra principal. Azure offers `pgaadauth_create_principal_with_oid` in the database `postgres`
  only; it runs with the caller's rights (MicrosoftDocs/azure-docs #102693 shows its text), so the administrator
  becomes a role administrator of what it makes, as of PostgreSQL 16.
- The script makes the databases: they belong to the migrator. One that Azure Resource Manager makes belongs to the
  server's own login, to whichever administrator was there first, or to Azure's superuser, and nobody else may grant on
  it (hashicorp/terraform-provider-azurerm #27895). One that is there already and belongs to another role stops the
  script with what to do.
- The schema `public` belongs to `azure_pg_admin`, of which every administrator is a member; the owner of the data gets
  USAGE and CREATE on it, never the schema or the database itself.
- Default privileges hold for what one role will make. So readers get them for the owner's tables and for the
  migrator's; for that, and to grant on the owner's tables, the migrator is a member of the owner for the length of
  one transaction.
- Consumers make objects in `public`, so nothing is looked up there (CVE-2018-1058).
- PostgreSQL answers a REVOKE without the right to revoke with a warning. So each database is checked at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ADMINISTRATORS = "azure_pg_admin"
"""The role of Azure's that every administrator of a server is a member of."""

AZURES_OWN = "azure%"
"""Roles that Azure makes for itself; the script leaves them alone."""

READ = "SELECT"
WRITE = "SELECT, INSERT, UPDATE, DELETE"
DRAW = "USAGE, SELECT"
"""What a sequence gives to who inserts."""


@dataclass(frozen=True)
class DatabaseAccess:
    """One consumer of one database: ``role`` is the name of its identity, which is what it logs in as.

    ``owner`` makes tables and writes them; the others read. ``product`` is the name of its connection string, ``url``
    its form.
    """

    service: str
    role: str
    database: str
    owner: bool
    product: str
    url: bool

    @property
    def variable(self) -> str:
        """The psql variable that holds the object id of its identity."""
        return "oid_" + self.service.replace("-", "_")


def script_of(stack: str, migrator: str, accesses: Iterable[DatabaseAccess]) -> str:
    """The whole script: principals and databases first, then the rights in one database after another."""
    found = tuple(accesses)
    roles = {each.role: each for each in found}
    variables = " ".join(f"-v {each.variable}=…" for each in roles.values())
    lines = [
        f"-- Who may do what in the databases of {stack}: written by `python -m stacks grants {stack}`.",
        f"-- Run it with psql as {migrator}, as often as you like; the stack output `database_grants` says the rest:",
        f"--   psql 'host=… dbname=postgres user={migrator} sslmode=verify-full sslrootcert=system' {variables} -f …",
        r"\set ON_ERROR_STOP on",
        "",
        r"\connect postgres",
    ]
    for role, access in roles.items():
        lines += _principal(role, access.variable)
    lines += [_create(database) for database in dict.fromkeys(each.database for each in found)]
    for database in dict.fromkeys(each.database for each in found):
        here = [each for each in found if each.database == database]
        strangers = [role for role in roles if role not in {each.role for each in here}]
        lines += ["", f"\\connect {database}", "SET search_path = pg_catalog;", *_database(database, here, strangers)]
    return "\n".join(lines) + "\n"


def _principal(role: str, variable: str) -> Iterator[str]:
    yield f"SELECT pgaadauth_create_principal_with_oid({_text(role)}, :'{variable}', 'service', false, false)"
    yield f" WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {_text(role)});"


def _create(database: str) -> str:
    """PostgreSQL makes no database within a block or only if there is none; psql runs what the query answers."""
    wanted = f"SELECT {_text(f'CREATE DATABASE {_name(database)}')}"
    return rf"{wanted} WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = {_text(database)}) \gexec"


def _database(database: str, accesses: list[DatabaseAccess], strangers: list[str]) -> Iterator[str]:
    owners = [_name(each.role) for each in accesses if each.owner]
    readers = [_name(each.role) for each in accesses if not each.owner]
    yield "BEGIN;"
    yield "-- Nobody keeps a way in whom the catalogue does not name."
    yield f"REVOKE ALL ON DATABASE {_name(database)} FROM PUBLIC;"
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC;"
    yield from _close_doors()
    yield "-- A member for this transaction: else the owner's tables and default privileges are out of reach."
    yield from (f"GRANT {owner} TO CURRENT_USER WITH INHERIT TRUE;" for owner in owners)
    for role in (*map(_name, strangers), *readers):
        yield from _tables("REVOKE ALL", "FROM", role, owners)
        yield from _tables("REVOKE ALL", "FROM", role, owners, what="SEQUENCES")
    for role in (*owners, *readers):
        yield f"GRANT CONNECT ON DATABASE {_name(database)} TO {role};"
        yield f"GRANT {'USAGE, CREATE' if role in owners else 'USAGE'} ON SCHEMA public TO {role};"
    for owner in owners:
        yield from _tables(f"GRANT {WRITE}", "TO", owner, [])
        yield from _tables(f"GRANT {DRAW}", "TO", owner, [], what="SEQUENCES")
    for reader in readers:
        yield from _tables(f"GRANT {READ}", "TO", reader, owners)
    yield from (f"REVOKE {owner} FROM CURRENT_USER;" for owner in owners)
    yield "COMMIT;"
    yield from _check()


def _tables(verb: str, preposition: str, role: str, makers: list[str], *, what: str = "TABLES") -> Iterator[str]:
    """The same for what is there, for what the migrator will make, and for what ``makers`` will make."""
    yield f"{verb} ON ALL {what} IN SCHEMA public {preposition} {role};"
    for maker in ("", *(f" FOR ROLE {maker}" for maker in makers)):
        yield f"ALTER DEFAULT PRIVILEGES{maker} IN SCHEMA public {verb} ON {what} {preposition} {role};"


def _close_doors() -> Iterator[str]:
    """Take the database and its schema from every role that holds a grant there, services of the past included."""
    yield "DO $$"
    yield "DECLARE door record;"
    yield "BEGIN"
    yield "  FOR door IN"
    yield "    SELECT 'DATABASE ' || quote_ident(d.datname) AS what, r.rolname AS who"
    yield "      FROM pg_database d, aclexplode(d.datacl) a, pg_roles r"
    yield "     WHERE d.datname = current_database() AND r.oid = a.grantee AND r.oid <> d.datdba"
    yield f"       AND NOT r.rolsuper AND r.rolname NOT LIKE '{AZURES_OWN}'"
    yield "    UNION"
    yield "    SELECT 'SCHEMA public', r.rolname FROM pg_namespace n, aclexplode(n.nspacl) a, pg_roles r"
    yield "     WHERE n.nspname = 'public' AND r.oid = a.grantee AND r.oid <> n.nspowner"
    yield f"       AND NOT r.rolsuper AND r.rolname NOT LIKE '{AZURES_OWN}' AND r.rolname <> 'pg_database_owner'"
    yield "  LOOP"
    yield "    EXECUTE format('REVOKE ALL ON %s FROM %I', door.what, door.who);"
    yield "  END LOOP;"
    yield "END $$;"


def _check() -> Iterator[str]:
    yield "DO $$"
    yield "BEGIN"
    yield "  IF has_database_privilege('public', current_database(), 'CONNECT')"
    yield "     OR has_schema_privilege('public', 'public', 'USAGE') THEN"
    yield "    RAISE EXCEPTION 'PUBLIC still has a way into %, which belongs to %: as that role,"
    yield "      ALTER DATABASE % OWNER TO %',"
    yield "      current_database(), (SELECT datdba::regrole FROM pg_database WHERE datname = current_database()),"
    yield f"      quote_ident(current_database()), '{ADMINISTRATORS}';"
    yield "  END IF;"
    yield "END $$;"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
