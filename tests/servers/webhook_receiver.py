"""Whatever takes webhooks: it records them, and answers what it was told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.servers.sandbox import serving


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


class WebhookReceiver:
    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.statuses: list[int] = []  # of the next answers; 202 once it is empty
        self.stalls = False  # answers nothing any more

    @asynccontextmanager
    async def running(self) -> AsyncIterator["WebhookReceiver"]:
        app = Starlette(routes=[Route("/{path:path}", self._take, methods=["POST"])])
        async with serving(app) as client:
            self.url = str(client.base_url)
            yield self

    async def _take(self, request: Request) -> Response:
        self.received.append(
            Received(request.url.path, dict(request.headers), await request.body())
        )
        while self.stalls:  # noqa: ASYNC110  the test changes it, without an event
            await asyncio.sleep(0.01)
        return Response(status_code=self.statuses.pop(0) if self.statuses else 202)
