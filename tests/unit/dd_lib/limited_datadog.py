"""A Datadog that limits its callers, in virtual time, and whoever asks it."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

import httpx
from pydantic import BaseModel

from dd_lib.client import DatadogClient
from tests import virtual_time

LIMIT, PERIOD = 10, 10


class Nothing(BaseModel):
    pass


class LimitedDatadog(httpx.AsyncBaseTransport):
    """Takes `limit` requests in each `period` seconds of one bucket and refuses the rest.

    `others` is how many requests somebody else makes in each window.
    """

    def __init__(
        self,
        limit: int = LIMIT,
        period: int = PERIOD,
        *,
        others: int = 0,
    ) -> None:
        self._limit, self._period, self._others = limit, period, others
        self._delays: list[float] = []
        self.asked: list[str] = []
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._used: Counter[int] = Counter()

    def delay(self, *delays: float) -> None:
        """How long the next requests take to get here."""
        self._delays = list(delays)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        # Unless they are delayed, answers overtake none and come one by one.
        delay = self._delays.pop(0) if self._delays else 0.0
        await asyncio.sleep(delay + 0.01 * len(self.asked))
        now = virtual_time.now()
        window = int(now // self._period)
        self._used[window] = max(self._used[window], self._others) + 1
        is_refused = self._used[window] > self._limit
        if is_refused:
            self.refused.append(now)
        else:
            self.taken.append(now)
        headers = {
            "X-RateLimit-Name": "shared",
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Period": str(self._period),
            "X-RateLimit-Remaining": str(max(self._limit - self._used[window], 0)),
            "X-RateLimit-Reset": str((window + 1) * self._period - int(now)),
        }
        return httpx.Response(429 if is_refused else 200, json={}, headers=headers)


class SilentDatadog(httpx.AsyncBaseTransport):
    """Says nothing of limits. Keeps how many were asking at once."""

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails
        self._asking = 0
        self.asking_at_once: list[int] = []

    async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
        self._asking += 1
        self.asking_at_once.append(self._asking)
        await asyncio.sleep(1)
        self._asking -= 1
        if self._fails:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={})


def a_client(transport: httpx.AsyncBaseTransport, *, patience: float = 60) -> DatadogClient:
    return DatadogClient.connect(
        api_url="https://api.datadog.test",
        api_key="key",
        app_key="app",
        patience=timedelta(seconds=patience),
        transport=transport,
    )


async def asked_by_all(
    client: DatadogClient, paths: Iterable[str]
) -> list[Nothing | BaseException]:
    """All at once, in this order."""
    asking = (client.get(path, Nothing) for path in paths)
    return await asyncio.gather(*asking, return_exceptions=True)


def failures(answers: Iterable[object]) -> list[object]:
    return [answer for answer in answers if isinstance(answer, BaseException)]
