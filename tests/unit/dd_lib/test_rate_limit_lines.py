"""What becomes of callers who meet a long line: told when to come back, and then served."""

import asyncio
import json
from datetime import timedelta

import httpx

from dd_lib.client import DatadogClient
from dd_lib.datadog import DatadogApi
from domain.errors import RateLimited
from tests import virtual_time
from tests.factories import NOON, a_window
from tests.unit.dd_lib.limited_datadog import (
    PERIOD,
    LimitedDatadog,
    Nothing,
    a_client,
    asked_by_all,
    failures,
)


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


class PagedDatadog(LimitedDatadog):
    """Has `pages` pages with an item each, and after the last an empty one."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self._pages = pages

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if not answer.is_success:
            return answer
        number = int(json.loads(request.content)["page"].get("cursor", "0"))
        items = [{"id": "AQ", "attributes": {"timestamp": NOON.isoformat()}}]
        page = {
            "data": items if number < self._pages else [],
            "meta": {"page": {"after": str(number + 1)}},
        }
        return httpx.Response(200, json=page, headers=answer.headers)


def test_whoever_has_read_a_page_is_not_turned_away_at_the_next() -> None:
    datadog = PagedDatadog(pages=3)
    api = DatadogApi(a_client(datadog, patience=20), "https://app.datadog.test")

    async def search_until_found() -> int:
        while True:
            try:
                found = await api.search_logs("*", a_window(), limit=10)
            except RateLimited as refusal:
                wait = refusal.retry_after or timedelta(0)
                await asyncio.sleep(wait.total_seconds())
            else:
                return len(found.lines)

    async def ask() -> list[int]:
        return await asyncio.gather(*(search_until_found() for _ in range(50)))

    found = virtual_time.run(ask())

    assert found == [3] * 50
    assert len(datadog.taken) <= 1.05 * 50 * (3 + 1)
