"""The embedded parts of the stack: starts those that no variable points elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

from pydantic import SecretStr

from adapters import clock, uvicorn
from adapters.embedded.ports import claim_port
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from adapters.embedded.temporal import EmbeddedTemporal, TemporalPorts
from adapters.settings import Settings, variable
from cli.services import first_cause
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from domain.values import Value

HOST = "127.0.0.1"
_NO_KEY = SecretStr("sandbox")  # it takes any

Changes = dict[str, object]  # fields by name, as pydantic's model_copy takes them


class Embedded(Value):
    """What was started, as settings that point to it, and where people look at it."""

    settings: Settings
    postgres: str | None = None
    temporal_ui: str | None = None
    sandbox: str | None = None


@asynccontextmanager
async def running_parts(settings: Settings, state: StateFolder) -> AsyncIterator[Embedded]:
    """Everything that `settings` leave out runs inside the block; started all at once."""
    settings = settings.model_copy(update=_own_ports(settings))
    parts = [
        *([_postgres(settings, state)] if settings.embeds_postgres else []),
        *([_temporal(settings, state)] if settings.embeds_temporal else []),
        *([_sandbox(settings, state)] if settings.uses_sandbox else []),
    ]
    async with AsyncExitStack() as stack:
        embedded = Embedded(settings=settings)
        for changes, shown in await _all_at_once(stack, parts):
            settings = settings.model_copy(update=changes)
            embedded = embedded.model_copy(update=shown)
        yield embedded.model_copy(update={"settings": settings})


Part = AbstractAsyncContextManager[tuple[Changes, Changes]]


async def _all_at_once(
    stack: AsyncExitStack, parts: Sequence[Part]
) -> list[tuple[Changes, Changes]]:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(stack.enter_async_context(part)) for part in parts]
    except BaseExceptionGroup as errors:
        raise first_cause(errors) from errors
    return [task.result() for task in tasks]


def _own_ports(settings: Settings) -> Changes:
    return {"api_port": _port(settings, "api_port"), "agent_port": _port(settings, "agent_port")}


def _port(settings: Settings, field: str) -> int:
    wanted: int = getattr(settings, field)
    chosen = field in settings.model_fields_set
    return claim_port(wanted, variable=variable(field), chosen=chosen)


@asynccontextmanager
async def _postgres(
    settings: Settings, state: StateFolder
) -> AsyncIterator[tuple[Changes, Changes]]:
    async with EmbeddedPostgres.running(state, database=settings.db_name) as server:
        changes: Changes = {
            "db_host": server.host,
            "db_user": server.user,
            "db_sslmode": "disable",
        }
        yield changes, {"postgres": settings.model_copy(update=changes).conninfo}


@asynccontextmanager
async def _temporal(
    settings: Settings, state: StateFolder
) -> AsyncIterator[tuple[Changes, Changes]]:
    ports = TemporalPorts(
        server=_port(settings, "temporal_port"), web_ui=_port(settings, "temporal_ui_port")
    )
    namespace = settings.temporal_namespace
    async with EmbeddedTemporal.running(state, ports, namespace=namespace) as server:
        yield {"temporal_address": server.address}, {"temporal_ui": server.web_ui}


@asynccontextmanager
async def _sandbox(
    settings: Settings, state: StateFolder
) -> AsyncIterator[tuple[Changes, Changes]]:
    port = _port(settings, "sandbox_port")
    url = f"http://{HOST}:{port}"
    app = create_sandbox(
        scenarios=SCENARIOS, clock=clock.now, state=state.sandbox_file, app_url=url
    )
    changes: Changes = {
        "dd_api_key": _NO_KEY,
        "dd_app_key": _NO_KEY,
        "dd_api_url": url,
        "dd_app_url": url,
    }
    async with uvicorn.serving(app, host=HOST, port=port):
        yield changes, {"sandbox": url}
