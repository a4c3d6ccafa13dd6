"""Holds embedded servers until it is killed: `python -m tests.integration.embedded.holder DIR`."""

import asyncio
import sys
from pathlib import Path

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder


async def hold(root: Path) -> None:
    state = StateFolder(root)
    with state.opened():
        async with EmbeddedPostgres.running(state, database="rayne"):
            print("ready", flush=True)  # noqa: T201 -- the parent waits for it
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(hold(Path(sys.argv[1])))
