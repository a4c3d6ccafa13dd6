"""PostgreSQL as a container of it is: by TCP, with passwords, and the databases that ours makes."""

import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg

from adapters.embedded import postgres_files
from adapters.embedded.children import Child, Program
from adapters.embedded.state import StateFolder
from tests.e2e.stack import ROOT

CREATE_DATABASES = ROOT / "k8s" / "base" / "postgres" / "create-databases.sh"
READY_WITHIN = timedelta(seconds=60)
ACCESS = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


@asynccontextmanager
async def container_postgres(
    state: StateFolder, port: int, environ: Mapping[str, str]
) -> AsyncIterator[None]:
    """`environ` is what Compose gives to its PostgreSQL."""
    owner = postgres_files.server_owner(state.postgres_dir)
    await postgres_files.ensure_database(state, owner)
    postgres_files.open_way(state, owner)
    socket_dir = postgres_files.socket_dir(state.postgres_dir, owner)
    access = state.postgres_dir / "pg_hba.conf"
    access.write_text(ACCESS)
    command = (
        postgres_files.program("postgres"),
        *("-D", str(state.postgres_dir), "-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={socket_dir}"),
        *("-c", "unix_socket_permissions=0700", "-c", "fsync=off"),
    )

    async def answers() -> bool:
        try:
            psycopg.connect(host=str(socket_dir), port=port, user="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    server = await Child.answering(
        Program(name="postgres", command=command, owner=owner),
        state=state,
        ready=answers,
        at_most=READY_WITHIN,
    )
    try:
        _create_databases(socket_dir, port, environ)
        yield
    finally:
        await server.stop()


def _create_databases(socket_dir: Path, port: int, environ: Mapping[str, str]) -> None:
    """By the very script that the container runs on an empty volume."""
    programs = Path(postgres_files.program("psql")).parent
    own = {
        "PATH": f"{programs}:{os.defpath}",
        "PGHOST": str(socket_dir),
        "PGPORT": str(port),
    }
    subprocess.run([CREATE_DATABASES], check=True, env=dict(environ) | own, capture_output=True)
