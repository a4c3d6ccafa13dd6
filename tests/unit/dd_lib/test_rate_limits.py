"""Callers share what Datadog allows, in order, and nobody waits in vain."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest
from pydantic import BaseModel

from dd_lib.client import DatadogClient
from domain.errors import RateLimited, Unavailable
from tests import virtual_time

LIMIT, PERIOD = 10, 10


class Nothing(BaseModel):
    pass


class LimitedDatadog(httpx.AsyncBaseTransport):
    """Takes `limit` requests in each `period` seconds of one bucket and refuses the rest.

    `others` is how many requests somebody else makes in each window.
    """

    def __init__(self, limit: int = LIMIT, period: int = PERIOD, *, others: int = 0) -> None:
        self._limit, self._period, self._others = limit, period, others
        self.asked: list[str] = []
        self.taken: list[float] = []
        self.refused: list[float] = []
        self._used: Counter[int] = Counter()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        await asyncio.sleep(0.01 * len(self.asked))  # answers overtake none and come one by one
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


def test_fifty_callers_against_ten_per_ten_seconds_all_end() -> None:
    datadog = LimitedDatadog()

    answers = virtual_time.run(asked_by_all(a_client(datadog), ["/same"] * 50))

    assert failures(answers) == []
    assert len(datadog.taken) == 50
    assert datadog.refused == []


def test_each_window_is_used_up_before_the_next_begins() -> None:
    datadog = LimitedDatadog()

    virtual_time.run(asked_by_all(a_client(datadog), ["/same"] * 50))

    windows = Counter(int(moment // PERIOD) for moment in datadog.taken)
    assert windows == dict.fromkeys(range(5), LIMIT)


def test_whoever_comes_first_is_served_first() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> None:
        asking = (client.get("/hosts/{}", Nothing, parts=(number,)) for number in range(50))
        await asyncio.gather(*asking)

    virtual_time.run(ask())

    assert datadog.asked == [f"/hosts/{number}" for number in range(50)]


def test_routes_of_one_bucket_share_it() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> list[Nothing | BaseException]:
        await asked_by_all(client, ["/a", "/b"])
        return await asked_by_all(client, ["/a", "/b"] * 20)

    answers = virtual_time.run(ask())

    assert failures(answers) == []
    assert datadog.refused == []


def test_whoever_waits_for_an_unknown_bucket_moves_to_the_one_that_is_named() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> list[Nothing | BaseException]:
        await asked_by_all(client, ["/a"])
        return await asked_by_all(client, ["/b"] * 30)

    answers = virtual_time.run(ask())

    assert failures(answers) == []
    assert datadog.refused == []


def test_a_late_answer_of_a_window_that_is_over_changes_nothing() -> None:
    delays = iter([0, 4, 0, 0])  # the second is made at 9 seconds and comes at 13
    moments: list[float] = []

    async def answer(_: httpx.Request) -> httpx.Response:
        now = virtual_time.now()
        moments.append(now)
        headers = {
            "X-RateLimit-Limit": "10",
            "X-RateLimit-Period": "10",
            "X-RateLimit-Remaining": "0" if now == 9 else "5",
            "X-RateLimit-Reset": str(10 - int(now) % 10),
        }
        await asyncio.sleep(next(delays))
        return httpx.Response(200, json={}, headers=headers)

    async def ask() -> None:
        client = a_client(httpx.MockTransport(answer))
        await asyncio.gather(*(_at(moment, client) for moment in (0, 9, 10.5, 13.5)))

    virtual_time.run(ask())

    assert moments == [0, 9, 10.5, 13.5]


async def _at(moment: float, client: DatadogClient) -> None:
    await asyncio.sleep(moment)
    await client.get("/same", Nothing)


def test_a_refusal_that_tells_only_its_reset_closes_the_bucket_as_well() -> None:
    refused = httpx.Response(429, headers={"X-RateLimit-Reset": "30"})
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return refused

    client = a_client(httpx.MockTransport(answer), patience=5)

    answers = virtual_time.run(asked_by_all(client, ["/same"] * 3))

    assert [type(error) for error in answers] == [RateLimited] * 3
    assert len(asked) == 1


def test_names_in_a_path_are_one_route() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> None:
        asking = (client.get("/hosts/{}", Nothing, parts=(number,)) for number in range(30))
        await asyncio.gather(*asking)

    virtual_time.run(ask())

    assert (len(datadog.taken), datadog.refused) == (30, [])


def test_what_others_use_is_left_to_them() -> None:
    datadog = LimitedDatadog(others=4)

    answers = virtual_time.run(asked_by_all(a_client(datadog), ["/same"] * 6))

    assert failures(answers) == []
    assert datadog.taken[-1] < PERIOD


def test_a_wait_longer_than_the_patience_is_refused_at_once() -> None:
    datadog = LimitedDatadog(limit=1, period=30)

    async def ask() -> tuple[float, BaseException | Nothing]:
        client = a_client(datadog, patience=5)
        await client.get("/same", Nothing)
        (refused,) = await asked_by_all(client, ["/same"])
        return virtual_time.now(), refused

    moment, refused = virtual_time.run(ask())

    assert moment < 1
    assert isinstance(refused, RateLimited)
    assert refused.retry_after is not None
    assert 29 <= refused.retry_after.total_seconds() <= 30


def test_a_caller_that_a_queue_keeps_too_long_is_told_when_to_come_back() -> None:
    datadog = LimitedDatadog()

    async def ask() -> tuple[float, list[object]]:
        answers = await asked_by_all(a_client(datadog, patience=15), ["/same"] * 50)
        return virtual_time.now(), failures(answers)

    ended, refused = virtual_time.run(ask())

    assert len(datadog.taken) == 20
    assert len(refused) == 30
    assert all(isinstance(error, RateLimited) and error.retry_after for error in refused)
    assert ended <= 15.1


def test_whoever_comes_to_a_line_that_is_too_long_is_told_at_once_when_to_come_back() -> None:
    datadog = LimitedDatadog()

    async def ask() -> list[tuple[float, timedelta | None]]:
        client = a_client(datadog, patience=15)
        await client.get("/same", Nothing)
        return await _refusals(client, callers=29)

    refused = virtual_time.run(ask())

    assert len(datadog.taken) == 20
    assert len(refused) == 10
    assert all(moment < 1 for moment, _ in refused)
    assert all(wait and 18 < wait.total_seconds() <= 20 for _, wait in refused)


async def _refusals(client: DatadogClient, callers: int) -> list[tuple[float, timedelta | None]]:
    """When each of those who are refused heard it, and how long they are to wait."""

    async def ask() -> tuple[float, timedelta | None] | None:
        try:
            await client.get("/same", Nothing)
        except RateLimited as refusal:
            return virtual_time.now(), refusal.retry_after
        return None

    answers = await asyncio.gather(*(ask() for _ in range(callers)))
    return [answer for answer in answers if answer]


def test_whoever_comes_back_when_told_is_served() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog, patience=15)

    async def ask() -> None:
        await asyncio.gather(*(_until_answered(client) for _ in range(100)))

    virtual_time.run(ask())

    assert (len(datadog.taken), datadog.refused) == (100, [])
    assert datadog.taken[-1] < 11 * PERIOD


def test_two_processes_that_share_an_account_get_all_their_answers() -> None:
    datadog = LimitedDatadog()
    clients = [a_client(datadog, patience=15) for _ in range(2)]

    async def ask() -> None:
        asking = (_until_answered(client) for client in clients for _ in range(50))
        await asyncio.gather(*asking)

    virtual_time.run(ask())

    assert len(datadog.taken) == 100
    assert len(datadog.refused) < 100  # what one uses the other hears of only when it asks
    assert datadog.taken[-1] < 12 * PERIOD


async def _until_answered(client: DatadogClient) -> None:
    """As Temporal does: comes back when told."""
    while True:
        try:
            await client.get("/same", Nothing)
        except RateLimited as refusal:
            wait = refusal.retry_after or timedelta(0)
            await asyncio.sleep(wait.total_seconds())
        else:
            return


def test_a_refusal_by_datadog_closes_the_bucket_for_all() -> None:
    datadog = LimitedDatadog(others=10)
    client = a_client(datadog, patience=5)

    answers = virtual_time.run(asked_by_all(client, ["/same"] * 20))

    assert len(failures(answers)) == 20
    assert len(datadog.refused) == 1


def test_a_caller_who_gives_up_does_not_hold_up_the_others() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> list[float]:
        await asked_by_all(client, ["/same"] * LIMIT)
        waiting = [asyncio.create_task(client.get("/same", Nothing)) for _ in range(3)]
        await asyncio.sleep(1)
        waiting[0].cancel()
        await asyncio.wait(waiting)
        return datadog.taken[LIMIT:]

    moments = virtual_time.run(ask())

    assert len(moments) == 2
    assert max(moments) < PERIOD + 1


def test_without_limits_only_the_first_asks_alone() -> None:
    datadog = SilentDatadog()

    virtual_time.run(asked_by_all(a_client(datadog), ["/same"] * 5))

    assert datadog.asking_at_once == [1, 1, 2, 3, 4]


def test_a_first_question_without_answer_lets_the_others_ask() -> None:
    datadog = SilentDatadog(fails=True)

    async def ask() -> tuple[float, list[object]]:
        answers = await asked_by_all(a_client(datadog), ["/same"] * 20)
        return virtual_time.now(), failures(answers)

    ended, failed = virtual_time.run(ask())

    assert all(isinstance(error, Unavailable) for error in failed)
    assert ended == pytest.approx(2)


def test_span_searches_keep_to_the_documented_300_an_hour() -> None:
    datadog = SilentDatadog()
    client = a_client(datadog)

    async def ask() -> list[object]:
        asking = (client.post("/api/v2/spans/events/search", Nothing, {}) for _ in range(301))
        return failures(await asyncio.gather(*asking, return_exceptions=True))

    refused = virtual_time.run(ask())

    assert len(refused) == 1
    assert isinstance(refused[0], RateLimited)
    assert refused[0].retry_after == timedelta(seconds=60)


@pytest.mark.parametrize("remaining", ["", "many", "-1", "nan"])
def test_headers_that_make_no_sense_limit_nothing(remaining: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        headers = {"X-RateLimit-Remaining": remaining, "X-RateLimit-Reset": "30"}
        return httpx.Response(200, json={}, headers=headers)

    client = a_client(httpx.MockTransport(answer), patience=1)

    answers = virtual_time.run(asked_by_all(client, ["/same"] * 5))

    assert failures(answers) == []


def test_windows_follow_each_other_while_nobody_asks() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> list[Nothing | BaseException]:
        await asked_by_all(client, ["/same"] * 10)
        await asyncio.sleep(95)
        return await asked_by_all(client, ["/same"] * 10)

    answers = virtual_time.run(ask())

    assert failures(answers) == []
    assert max(later - earlier for earlier, later in pairwise(datadog.taken)) < 96
