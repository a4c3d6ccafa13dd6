"""What a worker that runs alone tells on its own port: how it is, and what there is to count."""

import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import clock
from adapters.health import look_around
from adapters.telemetry.exposition import Exposition
from domain.errors import Unavailable
from domain.health import Probe, Readiness
from domain.status import StatusReader

# Without them no step can be taken. The others make reports poorer, and no worker useless.
ESSENTIAL = ("postgres", "temporal")


class Dependencies:
    """What a worker needs. Of Temporal it is said to be there once the queues are served."""

    def __init__(self, postgres: Probe | None = None) -> None:
        self._always = {"postgres": postgres} if postgres else {}
        self._begun: dict[str, Probe] = {}

    @property
    def probes(self) -> Mapping[str, Probe]:
        return {**self._always, "temporal": _not_begun, **self._begun}

    @contextmanager
    def served(
        self, temporal: Callable[[], Awaitable[object]], others: Mapping[str, Probe]
    ) -> Iterator[None]:
        """While the queues are served."""

        async def answers() -> None:
            await temporal()

        self._begun = {"temporal": answers, **others}
        try:
            yield
        finally:
            self._begun = {}


async def _not_begun() -> None:
    raise Unavailable("the queues are not served yet")


@dataclass(frozen=True)
class WorkerPage:
    """`token`: who scrapes must have it; None asks nobody."""

    dependencies: Dependencies
    exposition: Exposition
    status: StatusReader
    token: SecretStr | None = field(default=None)


def create_worker_app(page: WorkerPage) -> Starlette:
    async def get_metrics(request: Request) -> Response:
        if not _may_read(request, page.token):
            return _refusal()
        scraped = await page.exposition.scrape(page.status, clock.now())
        return Response(scraped.text, media_type=scraped.media_type)

    async def get_readiness(_request: Request) -> Response:
        report = await look_around(page.dependencies.probes, essential=ESSENTIAL)
        ready = report.status is not Readiness.UNAVAILABLE
        return JSONResponse(report.model_dump(mode="json"), 200 if ready else 503)

    return Starlette(
        routes=[
            Route("/metrics", get_metrics),
            Route("/health", get_health),
            Route("/health/live", get_health),
            Route("/health/ready", get_readiness),
        ]
    )


async def get_health(_request: Request) -> Response:
    return JSONResponse({"status": "healthy"})


def _may_read(request: Request, token: SecretStr | None) -> bool:
    if token is None:
        return True
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode(), token.get_secret_value().encode()
    )


def _refusal() -> Response:
    error = {
        "error": "send RAYNE_API_TOKEN as 'Authorization: Bearer TOKEN'",
        "code": "Unauthenticated",
    }
    return JSONResponse(error, 401, {"WWW-Authenticate": "Bearer"})
