"""`rayne sandbox`: the stand-in Datadog as a process of its own, for stacks of several machines."""

import asyncio
from collections.abc import Callable

from rich.console import Console

from adapters import clock, uvicorn
from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from cli.parts import HOST
from cli.signals import stop_on_signals
from dd_lib.sandbox.app import SCENARIOS, create_sandbox


async def run_sandbox(settings: Settings, state: StateFolder, console: Console) -> None:
    """Until Ctrl-C or SIGTERM."""
    stop = stop_on_signals(lambda: console.print("Stopping; Ctrl-C again ends at once."))
    await serve_sandbox(
        settings, state, stop=stop, ready=lambda: console.print("rayne sandbox is ready")
    )


async def serve_sandbox(
    settings: Settings, state: StateFolder, *, stop: asyncio.Event, ready: Callable[[], None]
) -> None:
    """What is made in it outlives it, in the opened state folder."""
    port = settings.sandbox_port
    app = create_sandbox(
        scenarios=SCENARIOS,
        clock=clock.now,
        state=state.sandbox_file,
        app_url=settings.dd_app_url or f"http://{HOST}:{port}",
    )
    await uvicorn.serve(app, host=settings.api_host, port=port, stop=stop, ready=ready)
