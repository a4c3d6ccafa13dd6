"""The sandbox's answers, held against Datadog's own description of its API."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.conformance.operations import OPERATIONS
from tests.conformance.oracle import Oracle
from tests.servers.sandbox import (
    KEYS,
    a_cell,
    a_downtime_body,
    a_notebook_body,
    a_sandbox,
    a_timeseries_body,
    asking,
)

SEARCH = {"filter": {"query": "*", "from": "now-6h", "to": "now"}, "page": {"limit": 1000}}
UNKNOWN_DOWNTIME = "/api/v2/downtime/00000000-0000-1234-0000-000000000000"
GRAPH = {
    "type": "timeseries",
    "title": "Errors",
    "requests": [{"q": "sum:checkout.errors{*}", "display_type": "line"}],
}
STREAM = {"type": "log_stream", "query": "service:checkout", "indexes": [], "columns": ["host"]}

Call = tuple[str, str, Any, int]

QUESTIONS: list[Call] = [
    ("GET", "/api/v1/validate", None, 200),
    ("GET", "/api/v2/validate_keys", None, 200),
    ("POST", "/api/v2/logs/events/search", SEARCH, 200),
    ("POST", "/api/v2/logs/events/search", {}, 200),
    ("POST", "/api/v2/logs/events/search", {"filter": {"query": "("}}, 400),
    ("POST", "/api/v2/events/search", SEARCH, 200),
    ("POST", "/api/v2/events/search", {"page": {"cursor": "x"}}, 400),
    ("POST", "/api/v2/query/timeseries", a_timeseries_body("sum:checkout.errors{*}"), 200),
    ("POST", "/api/v2/query/timeseries", a_timeseries_body("avg:absent{*}"), 200),
    ("POST", "/api/v2/query/timeseries", a_timeseries_body("nonsense"), 400),
    ("GET", "/api/v1/hosts", None, 200),
    ("GET", "/api/v1/monitor", None, 200),
    ("GET", "/api/v1/monitor/14205511", None, 200),
    ("GET", "/api/v1/monitor/7", None, 404),
]
WRITES: list[Call] = [
    ("POST", "/api/v1/notebooks", a_notebook_body(a_cell(), a_cell(**GRAPH)), 200),
    ("POST", "/api/v1/notebooks", a_notebook_body(a_cell(**STREAM)), 200),
    ("POST", "/api/v1/notebooks", a_notebook_body(time={"live_span": "1h"}), 200),
    ("POST", "/api/v1/notebooks", a_notebook_body(a_cell() | {"type": "markdown"}), 400),
    ("GET", "/api/v1/notebooks", None, 200),
    ("GET", "/api/v1/notebooks/1001", None, 200),
    ("PUT", "/api/v1/notebooks/1001", a_notebook_body(a_cell()), 200),
    ("PUT", "/api/v1/notebooks/7", a_notebook_body(a_cell()), 404),
    ("DELETE", "/api/v1/notebooks/1001", None, 204),
    ("DELETE", "/api/v1/notebooks/7", None, 404),
    ("POST", "/api/v2/downtime", a_downtime_body(), 200),
    ("POST", "/api/v2/downtime", a_downtime_body(scope="prod"), 400),
    ("GET", "/api/v2/downtime", None, 200),
    ("GET", UNKNOWN_DOWNTIME, None, 404),
    ("DELETE", UNKNOWN_DOWNTIME, None, 404),
]

# Each operation in use, about something: 1 is a number and a name.
EVERY = [
    (method.upper(), re.sub(r"\{\w+\}", "1", path))
    for operations in OPERATIONS.values()
    for method, path in operations
]


@pytest.fixture(scope="module")
async def datadog() -> AsyncIterator[httpx.AsyncClient]:
    """With every scenario loaded. Shared: for questions only."""
    async with asking(a_sandbox()) as client:
        for scenario in (await client.get("/sandbox/scenarios")).json():
            await client.post(f"/sandbox/scenarios/{scenario['name']}/load")
        yield client


@pytest.fixture(scope="module")
async def limited() -> AsyncIterator[httpx.AsyncClient]:
    """Without a request left."""
    async with asking(a_sandbox()) as client:
        nothing = {"requests": 0, "period_seconds": 60}
        await client.post("/sandbox/limits", json={"limits": [nothing]})
        yield client


@pytest.fixture
async def writable() -> AsyncIterator[httpx.AsyncClient]:
    """With a notebook and a downtime to write about."""
    async with asking(a_sandbox()) as client:
        await client.post("/api/v1/notebooks", json=a_notebook_body(a_cell()))
        await client.post("/api/v2/downtime", json=a_downtime_body())
        yield client


@pytest.mark.parametrize(("method", "path", "body", "status"), QUESTIONS)
async def test_question_is_answered_as_datadog_describes_it(
    datadog: httpx.AsyncClient, oracle: Oracle, method: str, path: str, body: Any, status: int
) -> None:
    answer = await datadog.request(method, path, json=body)

    assert answer.status_code == status, answer.text
    assert oracle.response_violations(method, path, status, answer.content) == []


@pytest.mark.parametrize(("method", "path", "body", "status"), WRITES)
async def test_write_is_answered_as_datadog_describes_it(
    writable: httpx.AsyncClient, oracle: Oracle, method: str, path: str, body: Any, status: int
) -> None:
    answer = await writable.request(method, path, json=body)

    assert answer.status_code == status, answer.text
    assert oracle.response_violations(method, path, status, answer.content) == []


@pytest.mark.parametrize(("method", "path"), EVERY)
async def test_refusal_without_keys_is_as_datadog_describes_it(
    datadog: httpx.AsyncClient, oracle: Oracle, method: str, path: str
) -> None:
    answer = await datadog.request(method, path, headers=dict.fromkeys(KEYS, ""))

    assert answer.status_code == 403
    assert oracle.response_violations(method, path, 403, answer.content) == []


@pytest.mark.parametrize(("method", "path"), EVERY)
async def test_refusal_beyond_a_limit_is_as_datadog_describes_it(
    limited: httpx.AsyncClient, oracle: Oracle, method: str, path: str
) -> None:
    answer = await limited.request(method, path)

    assert answer.status_code == 429
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert oracle.response_violations(method, path, 429, answer.content) == []
