"""The embedded database: a real PostgreSQL that listens on a socket in a private folder."""

import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from adapters.embedded import postgres_files
from adapters.embedded.children import Child, Program, end, end_leftover
from adapters.embedded.keeping import Kept
from adapters.embedded.state import StateFolder

_READY_WITHIN = timedelta(seconds=60)  # recovery after a crash included
_CONNECT_WITHIN = 5  # seconds


class EmbeddedPostgres:
    """A server that answers. Its data survive restarts and kill -9."""

    user = postgres_files.SUPERUSER

    def __init__(self, socket_dir: Path, database: str) -> None:
        self.host = str(socket_dir)
        self.database = database

    @classmethod
    @asynccontextmanager
    async def running(
        cls, state: StateFolder, *, database: str
    ) -> AsyncIterator["EmbeddedPostgres"]:
        """Serves a database of that name inside the block, again where it dies; then ends."""
        owner = postgres_files.server_owner(state.postgres_dir)
        await postgres_files.ensure_database(state, owner)
        socket_dir = postgres_files.socket_dir(state.postgres_dir, owner)
        program = Program(
            name="postgres",
            command=_command(state.postgres_dir, socket_dir),
            stop_signal=signal.SIGINT,  # its "fast": open connections do not hold it up
            owner=owner,
        )
        server = cls(socket_dir, database)

        async def start() -> Child:
            await _end_leftovers(state)
            postgres_files.open_way(state, owner)
            return await Child.answering(
                program, state=state, ready=server.answers, at_most=_READY_WITHIN
            )

        async with Kept(start):
            await server.ensure_exists()
            yield server

    async def answers(self) -> bool:
        """Asks for real: a process, a pid file or a socket alone prove nothing after a crash."""
        try:
            async with await self._connect() as connection:
                await connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    async def ensure_exists(self) -> None:
        """Makes the database. Idempotent."""
        async with await self._connect() as connection:
            found = await connection.execute(
                "select 1 from pg_database where datname = %s", [self.database]
            )
            if await found.fetchone() is None:
                statement = sql.SQL("create database {}").format(sql.Identifier(self.database))
                await connection.execute(statement)

    async def _connect(self) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            host=self.host,
            user=self.user,
            dbname="postgres",
            connect_timeout=_CONNECT_WITHIN,
            autocommit=True,
        )


def _command(data_dir: Path, socket_dir: Path) -> tuple[str, ...]:
    return (
        postgres_files.program("postgres"),
        *("-D", str(data_dir)),
        *("-c", "listen_addresses=", "-c", f"unix_socket_directories={socket_dir}"),
        *("-c", "unix_socket_permissions=0700"),
    )


async def _end_leftovers(state: StateFolder) -> None:
    """Ends servers of a killed run, and orphans of a killed server, that still hold the data.

    PostgreSQL refuses to start while its pid file names a living process, a stranger that got
    the number by chance included. We hold the folder's lock, so that file is never right.
    """
    await end_leftover(state.run_dir / "postgres.pid")
    data_dir = str(state.postgres_dir)
    for process in psutil.process_iter(["name", "cwd"]):
        if process.info["name"] == "postgres" and process.info["cwd"] == data_dir:
            await end(process, signal.SIGINT)
    (state.postgres_dir / "postmaster.pid").unlink(missing_ok=True)
