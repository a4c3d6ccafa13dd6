"""Beat for every activity that is expected to, so that none has to think of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

_BEATS_PER_TIMEOUT = 3


class Heartbeats(Interceptor):
    """A killed worker is noticed within the heartbeat timeout instead of the step's own."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: ANN401 - the SDK's signature
        patience = activity.info().heartbeat_timeout
        if patience is None:
            return await super().execute_activity(input)
        async with _beating(patience / _BEATS_PER_TIMEOUT):
            return await super().execute_activity(input)


@asynccontextmanager
async def _beating(every: timedelta) -> AsyncIterator[None]:
    heart = asyncio.create_task(_beat(every))
    try:
        yield
    finally:
        heart.cancel()
        await asyncio.wait([heart])


async def _beat(every: timedelta) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(every.total_seconds())
