"""The servers that benchmarks measure against, as `rayne up` starts them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from adapters.postgres import migrate


@asynccontextmanager
async def a_database(folder: Path) -> AsyncIterator[str]:
    """The address of a database with every table. It writes to the disk as in production."""
    state = StateFolder(folder / "state")
    with state.opened():
        async with EmbeddedPostgres.running(state, database="rayne") as server:
            address = f"host={server.host} user={server.user} dbname=rayne"
            migrate.upgrade(address)
            yield address
