"""`rayne api | worker | agent`: the same parts as `rayne up`, one per process."""

import asyncio

from rich.console import Console

from adapters.postgres import migrate
from adapters.settings import Settings
from cli.services import Service, serve_together
from cli.signals import stop_on_signals
from domain.errors import Misconfigured


async def run_alone(name: str, serve: Service, settings: Settings, console: Console) -> None:
    """Runs one part against servers that all must be named; ends on Ctrl-C or SIGTERM."""
    _refuse_gaps(name, settings)
    stop = stop_on_signals(lambda: console.print("Stopping; Ctrl-C again ends at once."))
    await asyncio.to_thread(migrate.upgrade, settings.conninfo)
    await serve_together(
        {name: serve}, settings, stop=stop, ready=lambda: console.print(f"rayne {name} is ready")
    )


def _refuse_gaps(name: str, settings: Settings) -> None:
    """Only `rayne up` brings servers along; a part alone would not be found by the others."""
    gaps = {
        "DB_HOST": settings.embeds_postgres,
        "TEMPORAL_ADDRESS": settings.embeds_temporal,
        "DD_API_KEY": settings.uses_sandbox and name == "worker",
    }
    missing = [variable for variable, is_missing in gaps.items() if is_missing]
    if missing:
        raise Misconfigured(
            f"`rayne {name}` needs {', '.join(missing)}; `rayne up` brings its own servers"
        )
