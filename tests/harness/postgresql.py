"""A real PostgreSQL server that behaves like Azure's, and the part of psql that the grants use."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tools.postgresql import VERSION, ensure_postgresql

SUPERUSER = "azuresu"
ADMINISTRATORS = "azure_pg_admin"
NOBODY = "nobody"

AZURE = f"""
CREATE ROLE {ADMINISTRATORS} NOLOGIN;
CREATE TABLE pgaadauth_principals (rolname name PRIMARY KEY, objectid text NOT NULL, kind text, admin boolean);
GRANT SELECT, INSERT ON pgaadauth_principals TO {ADMINISTRATORS};
GRANT USAGE ON SCHEMA public TO {ADMINISTRATORS};
CREATE FUNCTION pg_catalog.pgaadauth_create_principal_with_oid(
  rolename text, objectid text, objecttype text, isadmin boolean, ismfa boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE ROLE %I LOGIN', rolename);
  INSERT INTO public.pgaadauth_principals VALUES (rolename, objectid, objecttype, isadmin);
  RETURN format('Created role for %I', rolename);
END $$;
"""
"""Azure's function runs with the caller's rights (its text: MicrosoftDocs/azure-docs #102693) and exists in `postgres`
only. It labels the role with the object id, which needs Azure's extension; here a table records it instead."""


class Server:
    """A running server; a role logs in without a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def connect(self, role: str, database: str) -> Iterator[psycopg.Connection]:
        """A connection that commits each statement."""
        with psycopg.connect(host=str(self.folder), user=role, dbname=database, autocommit=True) as connection:
            yield connection

    def value(self, role: str, database: str, statement: str) -> object:
        """The first value of a query; ``None`` where there is no row."""
        with self.connect(role, database) as connection:
            row = connection.execute(statement.encode()).fetchone()
            return row[0] if row else None

    def run(self, role: str, database: str, statement: str) -> None:
        """Run statements without a result."""
        with self.connect(role, database) as connection:
            connection.execute(statement.encode())

    def database(self, name: str, owner: str) -> None:
        """Create a database that existed before."""
        self.run(SUPERUSER, "postgres", f'CREATE DATABASE "{name}" OWNER "{owner}"')

    def administrator(self, name: str) -> None:
        """Create an Entra administrator as Azure does: not a superuser."""
        self.run(SUPERUSER, "postgres", f'CREATE ROLE "{name}" LOGIN CREATEROLE CREATEDB IN ROLE {ADMINISTRATORS}')

    def script(self, role: str, script: str, variables: Mapping[str, str]) -> list[str]:
        """Run a psql script and return its notices and warnings.

        It may use ``\\connect``, ``\\set ON_ERROR_STOP``, ``\\gexec`` after a query on one line, and ``:'variable'``:
        anything else raises ``ValueError``.
        """
        notices: list[str] = []
        for part in re.split(r"(?m)^\\connect ", script)[1:]:
            database, _, body = part.partition("\n")
            if re.search(r"(?m)^\\", body):
                raise ValueError(f"not a psql command of this harness: {body}")
            text = re.sub(r":'(\w+)'", lambda match: "'" + variables[match[1]].replace("'", "''") + "'", body)
            with self.connect(role, database) as connection:
                connection.add_notice_handler(lambda notice: notices.append(str(notice.message_primary)))
                statements, *queries = re.split(r"(?m)^(.*) \\gexec$", text)
                connection.execute(statements.encode())
                for query, rest in zip(queries[::2], queries[1::2], strict=True):
                    for row in connection.execute(query.encode()).fetchall():
                        connection.execute(str(row[0]).encode())
                    if rest.strip():
                        connection.execute(rest.encode())
        return notices


@contextmanager
def azure_like_server(version: str = VERSION) -> Iterator[Server]:
    """Start a server on a private socket, without network; it and its data are removed afterwards.

    PostgreSQL refuses to run as root: for root it runs as the user nobody, from a copy that this user may read.
    """
    programs = ensure_postgresql(version)
    folder = Path(tempfile.mkdtemp(prefix="mystira-postgresql-"))
    other = NOBODY if os.geteuid() == 0 else None
    try:
        if other:
            programs = Path(shutil.copytree(programs, folder / "programs", symlinks=True))
            folder.chmod(0o755)
        work = folder / "work"
        work.mkdir()
        if other:
            shutil.chown(work, other)
        initdb = [str(programs / "bin" / "initdb"), "-D", str(work / "data"), "-U", SUPERUSER, "-A", "trust"]
        options = f"-c listen_addresses='' -c unix_socket_directories='{work}' -c fsync=off"
        control = [str(programs / "bin" / "pg_ctl"), "-D", str(work / "data"), "-w", "-l", str(work / "log")]
        _run([*initdb, "--encoding=UTF8", "--no-locale", "--no-sync"], work, other)
        _run([*control, "-o", options, "start"], work, other)
        try:
            server = Server(work)
            server.run(SUPERUSER, "postgres", AZURE)
            server.run(SUPERUSER, "template1", f"ALTER SCHEMA public OWNER TO {ADMINISTRATORS}")
            yield server
        finally:
            _run([*control, "-m", "immediate", "stop"], work, other)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path, user: str | None) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        user=user,
        extra_groups=[] if user else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
