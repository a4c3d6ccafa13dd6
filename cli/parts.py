"""The embedded parts of the stack: starts those that no variable points elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from adapters import clock, uvicorn
from adapters.embedded.children import end_leftovers
from adapters.embedded.ports import claim_port
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from adapters.embedded.temporal import EmbeddedTemporal, TemporalPorts
from adapters.settings import Settings, variable
from cli.services import first_cause
from cli.stack import Embedded
from dd_lib.sandbox.app import SCENARIOS, create_sandbox

HOST = "127.0.0.1"

Facts = dict[str, str]  # fields of Embedded
Part = AbstractAsyncContextManager[Facts]


@asynccontextmanager
async def running_parts(settings: Settings, state: StateFolder) -> AsyncIterator[Embedded]:
    """Everything that `settings` leave out runs inside the block; started all at once."""
    await end_leftovers(state)
    parts = [
        *([_postgres(settings, state)] if settings.embeds_postgres else []),
        *([_temporal(settings, state)] if settings.embeds_temporal else []),
        *([_sandbox(settings, state)] if settings.uses_sandbox else []),
    ]
    async with AsyncExitStack() as stack:
        facts: Facts = {}
        for more in await _all_at_once(stack, parts):
            facts |= more
        yield Embedded.model_validate(facts)


def claim(settings: Settings, field: str) -> int:
    """The port that a setting names; a free one near it, unless the operator chose it."""
    wanted: int = getattr(settings, field)
    chosen = field in settings.model_fields_set
    return claim_port(wanted, variable=variable(field), chosen=chosen)


async def _all_at_once(stack: AsyncExitStack, parts: Sequence[Part]) -> list[Facts]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(stack.enter_async_context(part)) for part in parts]
    except BaseExceptionGroup as errors:
        raise first_cause(errors) from errors
    return [task.result() for task in tasks]


@asynccontextmanager
async def _postgres(settings: Settings, state: StateFolder) -> AsyncIterator[Facts]:
    async with EmbeddedPostgres.running(state, database=settings.db_name) as server:
        yield {"postgres_host": server.host, "postgres_user": server.user}


@asynccontextmanager
async def _temporal(settings: Settings, state: StateFolder) -> AsyncIterator[Facts]:
    ports = TemporalPorts(
        server=claim(settings, "temporal_port"), web_ui=claim(settings, "temporal_ui_port")
    )
    namespace = settings.temporal_namespace
    async with EmbeddedTemporal.running(state, ports, namespace=namespace) as server:
        yield {"temporal": server.address, "temporal_ui": server.web_ui}


@asynccontextmanager
async def _sandbox(settings: Settings, state: StateFolder) -> AsyncIterator[Facts]:
    port = claim(settings, "sandbox_port")
    url = f"http://{HOST}:{port}"
    app = create_sandbox(
        scenarios=SCENARIOS, clock=clock.now, state=state.sandbox_file, app_url=url
    )
    async with uvicorn.serving(app, host=HOST, port=port):
        yield {"sandbox": url}
