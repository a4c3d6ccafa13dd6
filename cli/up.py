"""`rayne up`: the whole of Rayne in one process, with every server that is not configured."""

import asyncio
import os
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from adapters import clock
from adapters.embedded.state import StateFolder
from adapters.postgres import migrate
from adapters.settings import Settings
from adapters.telemetry.telemetry import WHOLE, telling
from api.serve import serve_agent, serve_api
from cli.parts import claim, running_parts
from cli.services import serve_together
from cli.signals import stop_on_signals
from cli.stack import Embedded, Stack
from cli.telling import Part, told
from domain.errors import Misconfigured
from workers.serve import serve_worker

_PARTS: Mapping[str, Part] = {"api": serve_api, "agent": serve_agent, "worker": serve_worker}


async def up(settings: Settings, state: StateFolder, console: Console) -> None:
    """Runs until Ctrl-C or SIGTERM. What it stores in the opened state folder outlives it."""
    if not settings.is_local:
        raise Misconfigured(
            f"`rayne up` asks nobody who they are, so it cannot listen on {settings.api_host!r}: "
            "leave RAYNE_API_HOST at 127.0.0.1, or run `rayne api` and `rayne worker`"
        )
    stop = stop_on_signals(lambda: console.print("Stopping; once more ends it at once."))
    console.print(f"Starting Rayne in {state.root} ...", soft_wrap=True)
    ours = {field: claim(settings, field) for field in ("api_port", "agent_port")}
    async with running_parts(settings, state) as embedded:
        aimed = embedded.aim(settings.model_copy(update=ours))
        await asyncio.to_thread(migrate.upgrade, aimed.conninfo)
        await _serve(aimed, embedded, state, stop, console)


async def _serve(
    settings: Settings,
    embedded: Embedded,
    state: StateFolder,
    stop: asyncio.Event,
    console: Console,
) -> None:
    stack = Stack(
        pid=os.getpid(),
        started_at=clock.now(),
        api=_url(settings.api_host, settings.api_port),
        agent=_url(settings.api_host, settings.agent_port),
        temporal_namespace=settings.temporal_namespace,
        **embedded.model_dump(),
    )

    def ready() -> None:
        stack.write(state)
        console.print(_overview(stack, settings, state))

    try:
        async with telling(settings, WHOLE) as telemetry:
            services = {name: told(part, telemetry) for name, part in _PARTS.items()}
            await serve_together(services, settings, stop=stop, ready=ready)
    finally:
        state.stack_file.unlink(missing_ok=True)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _overview(stack: Stack, settings: Settings, state: StateFolder) -> Table:
    table = Table(
        title="Rayne is ready",
        title_justify="left",
        caption="Next: `rayne demo` in another terminal. Ctrl-C stops everything.",
        caption_justify="left",
    )
    table.add_column("Part")
    table.add_column("Where", overflow="fold")
    for part, where in _rows(stack, settings, state).items():
        table.add_row(part, where)
    return table


def _rows(stack: Stack, settings: Settings, state: StateFolder) -> dict[str, str]:
    return {
        "API": f"{stack.api}/docs",
        "Agent API": stack.agent,
        "Temporal": stack.temporal_ui or str(settings.temporal_address),
        "Datadog": f"{stack.sandbox} (sandbox)" if stack.sandbox else "your account",
        "PostgreSQL": f"{settings.db_host} (database {settings.db_name})",
        "Memory": settings.qdrant_url or str(settings.qdrant_path),
        "Analyst": settings.claude_model if settings.uses_claude else "rules, for want of a key",
        "Logs of servers": str(state.root / "logs"),
    }
