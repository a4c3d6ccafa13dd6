"""The embedded database: it serves, keeps its data, and comes back after every kind of kill."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg
import pytest

from adapters.embedded.polling import holds_within
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from domain.errors import Misconfigured

ROOT = Path(__file__).parents[3]
SOON = timedelta(seconds=20)


async def ask(server: EmbeddedPostgres, question: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(
        host=server.host, user=server.user, dbname=server.database, autocommit=True
    ) as connection:
        cursor = await connection.execute(question)
        return await cursor.fetchall() if cursor.description else []


def is_private(server: EmbeddedPostgres) -> bool:
    return Path(server.host).stat().st_mode & 0o077 == 0


def postmaster(state: StateFolder) -> psutil.Process:
    pid = (state.postgres_dir / "postmaster.pid").read_text().splitlines()[0]
    return psutil.Process(int(pid))


@contextmanager
def another_holder(root: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has the server running, as `rayne up` would."""
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.embedded.holder", str(root)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        with holder.stdout:
            assert holder.stdout.readline() == "ready\n"
        yield holder
    finally:
        holder.kill()
        holder.wait()


async def test_it_serves_the_database_that_was_asked_for(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="some name") as server:
        assert await ask(server, "select current_database()") == [("some name",)]


async def test_its_data_outlive_a_restart(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne") as server:
        await ask(server, "create table kept as select 7 as number")

    async with EmbeddedPostgres.running(state, database="rayne") as server:
        assert await ask(server, "select number from kept") == [(7,)]


async def test_no_process_is_left_after_the_block(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne"):
        process = postmaster(state)

    assert not process.is_running()


async def test_it_listens_on_no_network(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne") as server:
        assert await ask(server, "show listen_addresses") == [("",)]


async def test_only_its_owner_may_enter_the_folder_of_its_socket(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne") as server:
        assert is_private(server)


async def test_a_killed_server_comes_back_by_itself_with_its_data(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne") as server:
        await ask(server, "create table kept as select 7 as number")
        first = postmaster(state)

        first.kill()

        async def is_back() -> bool:
            return not first.is_running() and await server.answers()

        assert await holds_within(is_back, SOON)
        assert await ask(server, "select number from kept") == [(7,)]


async def test_a_killed_holder_does_not_keep_the_next_one_from_starting(short_path: Path) -> None:
    with another_holder(short_path) as holder:
        holder.kill()
        holder.wait()
        state = StateFolder(short_path)

        with state.opened():
            async with EmbeddedPostgres.running(state, database="rayne") as server:
                assert await server.answers()


async def test_a_server_that_outlived_its_holder_is_replaced(short_path: Path) -> None:
    state = StateFolder(short_path)
    with another_holder(short_path) as holder:
        old = postmaster(state)
        old.suspend()  # so that it cannot end with its holder
        holder.kill()
        holder.wait()
        old.resume()

        with state.opened():
            async with EmbeddedPostgres.running(state, database="rayne") as server:
                assert await server.answers()
                assert postmaster(state) != old


async def test_a_pid_file_that_names_a_stranger_does_not_stop_it(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne"):
        pid_file = (state.postgres_dir / "postmaster.pid").read_text().splitlines()
    pid_file[0] = str(os.getppid())
    (state.postgres_dir / "postmaster.pid").write_text("\n".join(pid_file) + "\n")

    async with EmbeddedPostgres.running(state, database="rayne") as server:
        assert await server.answers()


async def test_an_interrupted_first_start_leaves_no_half_made_server(state: StateFolder) -> None:
    half = state.root / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    async with EmbeddedPostgres.running(state, database="rayne") as server:
        assert await server.answers()


async def test_a_path_too_long_for_a_socket_gets_a_private_short_one(short_path: Path) -> None:
    state = StateFolder(short_path / ("long" * 25))
    with state.opened():
        async with EmbeddedPostgres.running(state, database="rayne") as server:
            assert await server.answers()
            assert len(server.host) < 90
            assert is_private(server)
    await asyncio.to_thread(_remove, Path(server.host))


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


async def test_files_of_another_version_are_refused_with_what_to_do(state: StateFolder) -> None:
    state.postgres_dir.mkdir()
    (state.postgres_dir / "PG_VERSION").write_text("14\n")

    with pytest.raises(Misconfigured, match="made by PostgreSQL 14"):
        async with EmbeddedPostgres.running(state, database="rayne"):
            pass


async def test_an_open_connection_does_not_hold_up_the_end(state: StateFolder) -> None:
    async with EmbeddedPostgres.running(state, database="rayne") as server:
        connection = await psycopg.AsyncConnection.connect(
            host=server.host, user=server.user, dbname=server.database
        )
        process = postmaster(state)

    await connection.close()
    assert not process.is_running()
    assert "received fast shutdown request" in state.log_file("postgres").read_text()
