"""Limits of the stand-in Datadog: told by its operations, and enforced on request."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from dd_lib.sandbox.dependencies import ALLOWANCE
from tests.servers.sandbox import SetClock, a_timeseries_body

LOGS = "/api/v2/logs/events/search"
AGGREGATE = "/api/v2/logs/analytics/aggregate"
EVENTS = "/api/v2/events/search"
SPANS = "/api/v2/spans/events/search"
TIMESERIES = "/api/v2/query/timeseries"


async def limit(client: httpx.AsyncClient, *rules: dict[str, Any]) -> None:
    answer = await client.post("/sandbox/limits", json={"limits": list(rules)})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("path", "name", "number"),
    [
        (LOGS, "logs_public_search_api", 300),
        (AGGREGATE, "logs_public_search_api", 300),
        (EVENTS, "events_search_api", 300),
        (SPANS, "spans_public_search_api", 300),
        (TIMESERIES, "timeseries_query_api", 1600),
    ],
)
async def test_limited_operation_tells_its_limit(
    empty: httpx.AsyncClient, path: str, name: str, number: int
) -> None:
    body = a_timeseries_body("avg:x{*}") if path == TIMESERIES else {}

    headers = (await empty.post(path, json=body)).headers

    assert headers["X-RateLimit-Name"] == name
    assert headers["X-RateLimit-Limit"] == str(number * ALLOWANCE)
    assert headers["X-RateLimit-Period"] == "3600"
    assert int(headers["X-RateLimit-Remaining"]) == number * ALLOWANCE - 1
    assert headers["X-RateLimit-Reset"] == "3600"


async def test_operations_of_one_name_count_together(empty: httpx.AsyncClient) -> None:
    await empty.post(LOGS, json={})

    answer = await empty.post(AGGREGATE, json={})

    assert answer.headers["X-RateLimit-Remaining"] == str(300 * ALLOWANCE - 2)


async def test_refusal_tells_the_limit_too(empty: httpx.AsyncClient) -> None:
    answer = await empty.post(LOGS, json={"sort": "title"})

    assert answer.status_code == 400
    assert answer.headers["X-RateLimit-Remaining"] == str(300 * ALLOWANCE - 1)


async def test_set_limit_refuses_what_goes_beyond_it(empty: httpx.AsyncClient) -> None:
    await limit(empty, {"name": "logs_*", "requests": 1, "period_seconds": 10})

    first, second = await empty.post(LOGS, json={}), await empty.post(LOGS, json={})

    assert (first.status_code, first.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert (second.status_code, second.json()) == (429, {"errors": ["Too many requests"]})
    assert second.headers["X-RateLimit-Name"] == "logs_public_search_api"
    assert "Retry-After" not in second.headers


async def test_spans_refuse_in_the_titled_shape(empty: httpx.AsyncClient) -> None:
    await limit(empty, {"requests": 0, "period_seconds": 10})

    answer = await empty.post(SPANS, json={})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["status"]) == (429, "429")
    assert error["title"] == "Too Many Requests"


async def test_next_period_begins_anew(empty: httpx.AsyncClient, clock: SetClock) -> None:
    await limit(empty, {"requests": 1, "period_seconds": 10})
    refused = [await empty.get("/api/v1/hosts") for _ in range(2)][1]
    clock.pass_time(timedelta(seconds=int(refused.headers["X-RateLimit-Reset"])))

    answer = await empty.get("/api/v1/hosts")

    assert (refused.status_code, answer.status_code) == (429, 200)


async def test_refused_write_is_not_done(empty: httpx.AsyncClient) -> None:
    await limit(empty, {"name": "events_intake", "requests": 0, "period_seconds": 10})

    await empty.post("/api/v1/events", json={"title": "a", "text": "b"})

    await limit(empty)
    assert (await empty.post(EVENTS, json={})).json()["data"] == []


@pytest.mark.parametrize("path", ["/sandbox/limits", "/sandbox/reset"])
async def test_limits_are_lifted(empty: httpx.AsyncClient, path: str) -> None:
    await limit(empty, {"requests": 0, "period_seconds": 10})

    await empty.post(path, json={"limits": []} if path == "/sandbox/limits" else None)

    assert (await empty.get("/api/v1/hosts")).status_code == 200


async def test_bad_limit_is_refused_by_name(empty: httpx.AsyncClient) -> None:
    answer = await empty.post("/sandbox/limits", json={"limits": [{"requests": -1}]})

    assert answer.status_code == 422
    assert "limits.0.requests" in answer.json()["error"]
