"""Callers share what Datadog allows, in order, and nobody waits in vain."""

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest

from dd_lib.client import DatadogClient
from domain.errors import RateLimited, Unavailable
from tests import virtual_time
from tests.unit.dd_lib.limited_datadog import (
    LIMIT,
    PERIOD,
    LimitedDatadog,
    Nothing,
    SilentDatadog,
    a_client,
    asked_by_all,
    failures,
)


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


def test_what_is_under_way_when_a_window_ends_may_count_in_the_next() -> None:
    datadog = LimitedDatadog()
    datadog.delay(0, *[PERIOD + 2] * (LIMIT - 1))

    answers = virtual_time.run(asked_by_all(a_client(datadog), ["/same"] * 30))

    assert failures(answers) == []
    assert datadog.refused == []


def test_what_is_under_way_is_not_forgotten_when_a_new_window_is_told_of() -> None:
    datadog = LimitedDatadog()
    client = a_client(datadog)

    async def ask() -> list[Nothing | BaseException]:
        await asked_by_all(client, ["/same"])
        await asyncio.sleep(PERIOD - 0.5)
        datadog.delay(
            0.6, *[2.0] * (LIMIT - 2)
        )  # the first arrives, in the next window, while the others travel
        first = asyncio.create_task(asked_by_all(client, ["/same"] * (LIMIT - 1)))
        await asyncio.sleep(1)
        return await asked_by_all(client, ["/same"] * LIMIT) + await first

    answers = virtual_time.run(ask())

    assert failures(answers) == []
    assert datadog.refused == []


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
