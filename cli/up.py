"""`rayne up`: the whole of Rayne in one process, with every server that is not configured."""

import asyncio
import os

from rich.console import Console
from rich.table import Table

from adapters import clock
from adapters.embedded.state import StateFolder
from adapters.postgres import migrate
from adapters.settings import Settings
from api.serve import serve_agent, serve_api
from cli.parts import Embedded, running_parts
from cli.services import serve_together
from cli.signals import stop_on_signals
from cli.stack import Stack
from domain.errors import Misconfigured
from workers.serve import serve_worker

_SERVICES = {"api": serve_api, "agent": serve_agent, "worker": serve_worker}


async def up(settings: Settings, console: Console) -> None:
    """Runs until Ctrl-C or SIGTERM. What it stores under the state folder outlives it."""
    if not settings.is_local:
        raise Misconfigured(
            f"`rayne up` asks nobody who they are, so it cannot listen on {settings.api_host!r}: "
            "leave RAYNE_API_HOST at 127.0.0.1, or run `rayne api` and `rayne worker`"
        )
    stop = stop_on_signals(lambda: console.print("Stopping; Ctrl-C again ends at once."))
    state = StateFolder(settings.state_dir)
    with state.opened():
        console.print(f"Starting Rayne in {state.root} ...")
        try:
            async with running_parts(settings, state) as embedded:
                await asyncio.to_thread(migrate.upgrade, embedded.settings.conninfo)
                await _serve(embedded, state, stop, console)
        finally:
            state.stack_file.unlink(missing_ok=True)


async def _serve(
    embedded: Embedded, state: StateFolder, stop: asyncio.Event, console: Console
) -> None:
    stack = _stack(embedded, state)

    def ready() -> None:
        stack.write(state)
        console.print(_overview(stack, embedded.settings))

    await serve_together(_SERVICES, embedded.settings, stop=stop, ready=ready)


def _stack(embedded: Embedded, state: StateFolder) -> Stack:
    settings = embedded.settings
    return Stack(
        pid=os.getpid(),
        started_at=clock.now(),
        api=_url(settings.api_host, settings.api_port),
        agent=_url(settings.api_host, settings.agent_port),
        temporal=settings.temporal_address or "",
        temporal_namespace=settings.temporal_namespace,
        temporal_ui=embedded.temporal_ui,
        sandbox=embedded.sandbox,
        postgres=embedded.postgres,
        logs=state.root / "logs",
    )


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _overview(stack: Stack, settings: Settings) -> Table:
    table = Table(
        title="Rayne is ready",
        caption="Next: `rayne demo` in another terminal. Ctrl-C stops everything.",
        caption_justify="left",
        title_justify="left",
    )
    table.add_column("Part")
    table.add_column("Where", overflow="fold")
    for part, where in _rows(stack, settings).items():
        table.add_row(part, where)
    return table


def _rows(stack: Stack, settings: Settings) -> dict[str, str]:
    return {
        "API": f"{stack.api}/docs",
        "Agent API": stack.agent,
        "Temporal": stack.temporal_ui or stack.temporal,
        "Datadog": f"{stack.sandbox} (sandbox)" if stack.sandbox else "yours",
        "PostgreSQL": stack.postgres or settings.db_host or "",
        "Memory": str(settings.qdrant_url or settings.qdrant_path),
        "Analyst": settings.claude_model
        if settings.uses_claude
        else "rules (no ANTHROPIC_API_KEY)",
        "Logs of servers": str(stack.logs),
    }
