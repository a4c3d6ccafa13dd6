"""`rayne api | worker | agent`: the same parts as `rayne up`, one per process."""

import asyncio
from datetime import timedelta

import structlog
from rich.console import Console

from adapters.postgres import migrate
from adapters.settings import Settings
from adapters.telemetry.telemetry import telling
from cli.services import serve_together
from cli.signals import stop_on_signals
from cli.telling import Part, told
from domain.errors import Misconfigured, Unavailable

_RETRY_EVERY = timedelta(seconds=1)

log = structlog.get_logger()


async def run_alone(name: str, serve: Part, settings: Settings, console: Console) -> None:
    """Runs one part against servers that all must be named; ends on Ctrl-C or SIGTERM."""
    _refuse_gaps(name, settings)
    stop = stop_on_signals(lambda: console.print("Stopping; Ctrl-C again ends at once."))
    prepare = upgrade_patiently if settings.migrations == "run" else wait_for_tables
    if not await prepare(settings, stop=stop):
        return
    async with telling(settings, name) as telemetry:
        await serve_together(
            {name: told(serve, telemetry)},
            settings,
            stop=stop,
            ready=lambda: console.print(f"rayne {name} is ready"),
        )


async def migrate_alone(settings: Settings, console: Console) -> bool:
    """Brings the tables up to date, once PostgreSQL takes it; whether it did before Ctrl-C."""
    stop = stop_on_signals(lambda: console.print("Stopping; Ctrl-C again ends at once."))
    done = await upgrade_patiently(settings, stop=stop)
    console.print("the tables are up to date" if done else "the tables are as they were")
    return done


async def upgrade_patiently(settings: Settings, *, stop: asyncio.Event) -> bool:
    """Tries until PostgreSQL takes it; False if `stop` was set before it did.

    A part that ended instead would be away for as long as whoever restarts it backs off. What time
    does not heal is raised at once.
    """
    while not stop.is_set():
        try:
            await asyncio.to_thread(migrate.upgrade, settings.conninfo)
        except Unavailable as error:
            log.warning("postgres.waiting", reason=str(error))
            await _pause(stop)
        else:
            return True
    return False


async def wait_for_tables(settings: Settings, *, stop: asyncio.Event) -> bool:
    """Until somebody has run the migrations that this Rayne has; False if `stop` was set before."""
    while not stop.is_set():
        try:
            if await asyncio.to_thread(migrate.is_current, settings.conninfo):
                return True
        except Unavailable as error:
            log.warning("postgres.waiting", reason=str(error))
        else:
            log.warning("postgres.waiting", reason="its tables are not up to date: rayne migrate")
        await _pause(stop)
    return False


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_RETRY_EVERY.total_seconds()):
            await stop.wait()
    except TimeoutError:
        return


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
