"""Keeps a server up: starts it, starts it again when it dies, ends it at the end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog

from adapters.embedded.children import Child
from domain.errors import RayneError

_PAUSE = timedelta(seconds=1)

log = structlog.get_logger()


class Kept:
    """`start` returns a child that answers. Entering waits for the first; its errors are raised."""

    def __init__(self, start: Callable[[], Awaitable[Child]]) -> None:
        self._start = start

    async def __aenter__(self) -> Self:
        self.child = await self._start()
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._keeping.cancel()
        await asyncio.wait({self._keeping})
        await self.child.stop()

    async def _keep(self) -> None:
        while True:
            await self.child.ended()
            log.warning("server.ended", name=self.child.name, code=self.child.code)
            await self._restart()
            log.info("server.restarted", name=self.child.name)

    async def _restart(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE.total_seconds())
            try:
                self.child = await self._start()
            except RayneError as error:
                log.warning("server.not_restarted", name=self.child.name, reason=str(error))
            else:
                return
