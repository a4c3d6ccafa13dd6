"""HTTP servers to be measured, each a process of its own: `python -m tests.bench.fronts NAME ...`.

`bare` stores a body by one insert and does nothing else; `receive` is Rayne's public API without
its relay, and `pages` the same with what lists and looks things up. All run on the same server,
through a pool of the same kind.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

from fastapi import FastAPI, Request

from adapters import clock, uvicorn
from adapters.garbage import keep_what_is_there
from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.event_history import PostgresEventHistory
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.status import Limits, PostgresStatus
from adapters.postgres.unread_events import PostgresUnreadEvents
from adapters.postgres.webhook_configs import PostgresWebhookConfigs
from api.app import create_app
from api.dependencies import Webhooks
from tests.bench.loading import HOST
from tests.e2e.stack import free_port, until
from tests.unit.api.front import Front

PATIENCE = 30  # seconds
BARE_TABLE = "CREATE TABLE IF NOT EXISTS bare (id BIGSERIAL PRIMARY KEY, raw BYTEA NOT NULL)"


def bare(database: Database) -> FastAPI:
    app = FastAPI()

    @app.post("/", status_code=202)
    async def store(request: Request) -> dict[str, int]:
        body = await request.body()
        async with database.connection() as connection:
            cursor = await connection.execute(
                "INSERT INTO bare (raw) VALUES (%s) RETURNING id", (body,)
            )
            row = await cursor.fetchone()
        return {"id": row["id"] if row else 0}

    return app


def receive(database: Database) -> FastAPI:
    resources = replace(
        Front().resources,
        inbox=PostgresInbox(database),
        incidents=PostgresIncidents(database),
        clock=clock.now,
    )
    return create_app(resources)


def pages(database: Database) -> FastAPI:
    resources = replace(
        Front().resources,
        inbox=PostgresInbox(database),
        incidents=PostgresIncidents(database),
        analyses=PostgresAnalyses(database),
        webhooks=Webhooks(
            configs=PostgresWebhookConfigs(database),
            history=PostgresEventHistory(database),
            unread=PostgresUnreadEvents(database),
        ),
        status=PostgresStatus(database, Limits(analyses=10, dollars=Decimal(50))),
        clock=clock.now,
    )
    return create_app(resources)


FRONTS: dict[str, Callable[[Database], FastAPI]] = {
    "bare": bare,
    "receive": receive,
    "pages": pages,
}


@asynccontextmanager
async def front(name: str, address: str) -> AsyncIterator[int]:
    """The port that it answers on, inside the block."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, name, address, str(port)
    )

    async def answers() -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return False
        writer.close()
        return True

    try:
        await until(answers, PATIENCE)
        yield port
    finally:
        process.terminate()
        await process.wait()


def main() -> None:
    """Serves until it is ended."""
    name, address, port = sys.argv[1:]
    database = Database.connect(address)
    app = FRONTS[name](database)
    ready = None if name == "bare" else keep_what_is_there  # as `rayne api` does
    serving = uvicorn.serve(app, host=HOST, port=int(port), stop=asyncio.Event(), ready=ready)
    asyncio.run(serving)


if __name__ == "__main__":
    main()
