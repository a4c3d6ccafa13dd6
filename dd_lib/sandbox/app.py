"""The stand-in Datadog as an application: the API, its own levers, and pages to look at."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import FastAPI

from dd_lib.sandbox.courier import RETRY_AFTER, Courier
from dd_lib.sandbox.failures import Failures
from dd_lib.sandbox.gate import Gate
from dd_lib.sandbox.journal import Journal
from dd_lib.sandbox.notifications import Notifier
from dd_lib.sandbox.rate_limits import RateLimits
from dd_lib.sandbox.refusals import install_refusals
from dd_lib.sandbox.routes import (
    control,
    deployments,
    downtimes,
    events,
    events_v1,
    hosts,
    incidents,
    logs,
    metrics,
    monitor_search,
    monitors,
    notebooks,
    notifications,
    pages,
    scalars,
    services,
    spans,
    validation,
    webhooks,
)
from dd_lib.sandbox.world import World

SCENARIOS = Path(__file__).parent / "scenarios"
API = (
    validation,
    logs,
    spans,
    events,
    events_v1,
    metrics,
    scalars,
    hosts,
    monitor_search,  # before monitors: "search" is no monitor's id
    monitors,
    services,
    incidents,
    deployments,
    notebooks,
    downtimes,
    webhooks,
)


def create_sandbox(
    *,
    scenarios: Path,
    clock: Callable[[], datetime],
    state: Path | None = None,
    app_url: str,
    webhook_retry_after: timedelta = RETRY_AFTER,
) -> FastAPI:
    """A Datadog on one port, API and pages alike. `app_url` is where a browser finds it.

    `state` names a file where all that was made outlives a restart; webhooks are sent while the
    application's lifespan lasts. Raises InvalidInput when that file cannot be read.
    """
    # No documentation pages: they would load scripts from elsewhere.
    app = FastAPI(
        title="Datadog sandbox", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan
    )
    app.state.world = World(scenarios, clock, state, app_url)
    app.state.courier = Courier(
        app.state.world, Notifier(app.state.world), retry_after=webhook_retry_after
    )
    app.state.journal = Journal(clock)
    app.state.failures = Failures()
    app.state.rate_limits = RateLimits(clock)
    for routes in (*API, control, notifications, pages):  # pages last: they answer every other path
        app.include_router(routes.router)
    install_refusals(app)
    app.add_middleware(Gate, journal=app.state.journal, failures=app.state.failures)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    courier: Courier = app.state.courier
    async with courier.running():
        yield
