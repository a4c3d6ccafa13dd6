"""Metrics of the stand-in Datadog as single numbers, in a table."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import a_timeseries_body

SCALAR = "/api/v2/query/scalar"
TIMESERIES = "/api/v2/query/timeseries"
BY_HOST = "sum:checkout.errors{*} by {host}"


def a_query(query: str = BY_HOST, aggregator: str = "sum", name: str = "a") -> dict[str, str]:
    return {"data_source": "metrics", "query": query, "aggregator": aggregator, "name": name}


def a_scalar_body(*queries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    attributes = {
        "from": int((NOON - timedelta(hours=1)).timestamp() * 1000),
        "to": int(NOON.timestamp() * 1000),
        "queries": list(queries or [a_query()]),
    } | changes
    return {"data": {"type": "scalar_request", "attributes": attributes}}


async def table(
    client: httpx.AsyncClient, *queries: dict[str, Any], **changes: Any
) -> dict[str, list[Any]]:
    """Columns by name."""
    answer = await client.post(SCALAR, json=a_scalar_body(*queries, **changes))
    assert answer.status_code == 200, answer.text
    columns = answer.json()["data"]["attributes"]["columns"]
    return {column["name"]: column["values"] for column in columns}


async def points(client: httpx.AsyncClient, query: str) -> list[float]:
    answer = await client.post(TIMESERIES, json=a_timeseries_body(query))
    (values,) = answer.json()["data"]["attributes"]["values"]
    return [value for value in values if value is not None]


@pytest.mark.parametrize(
    ("aggregator", "reduce"),
    [("sum", sum), ("max", max), ("min", min), ("last", lambda values: values[-1])],
)
async def test_graph_is_reduced_as_asked(
    datadog: httpx.AsyncClient, aggregator: str, reduce: Any
) -> None:
    query = "avg:checkout.requests{*}"

    found = await table(datadog, a_query(query, aggregator))

    assert found == {"a": [pytest.approx(reduce(await points(datadog, query)))]}


async def test_each_group_is_a_row(datadog: httpx.AsyncClient) -> None:
    found = await table(datadog)

    assert found["host"] == [["checkout-7d9f-a"], ["checkout-7d9f-b"], ["checkout-7d9f-c"]]
    assert len(found["a"]) == 3


async def test_each_key_that_is_grouped_by_is_a_column(datadog: httpx.AsyncClient) -> None:
    finer = a_query("sum:checkout.errors{*} by {host,env}", name="b")

    found = await table(datadog, a_query(), finer)

    assert list(found) == ["host", "env", "a", "b"]
    assert found["env"] == [[], ["prod"]] * 3


async def test_formula_is_a_column(datadog: httpx.AsyncClient) -> None:
    queries = a_query(), a_query("sum:checkout.requests{*}", "sum", "b")

    found = await table(
        datadog, *queries, formulas=[{"formula": "a"}, {"formula": "b"}, {"formula": "a / b"}]
    )

    shares = [a / b for a, b in zip(found["a"], found["b"], strict=True)]
    assert found["a / b"] == pytest.approx(shares)


async def test_limit_keeps_the_largest_first(datadog: httpx.AsyncClient) -> None:
    whole = await table(datadog)

    limit = {"count": 2, "order": "desc"}
    found = await table(datadog, formulas=[{"formula": "a", "limit": limit}])

    assert found["a"] == sorted(whole["a"], reverse=True)[:2]


async def test_traces_are_one_number_for_the_whole_window(datadog: httpx.AsyncClient) -> None:
    found = await table(
        datadog,
        {"data_source": "apm_metrics", "service": "checkout", "stat": "hits", "name": "hits"},
        {"data_source": "apm_metrics", "service": "checkout", "stat": "errors", "name": "errors"},
        {"data_source": "apm_metrics", "service": "checkout", "stat": "error_rate", "name": "rate"},
    )

    (hits,), (errors,), (rate,) = found["hits"], found["errors"], found["rate"]
    assert rate == pytest.approx(errors / hits)


async def test_logs_are_counted_for_the_whole_window(datadog: httpx.AsyncClient) -> None:
    query = {
        "data_source": "logs",
        "name": "a",
        "compute": {"aggregation": "count"},
        "group_by": [{"facet": "status"}],
    }

    found = await table(datadog, query)

    rows = zip(found["status"], found["a"], strict=True)
    assert {status: count for (status,), count in rows}["error"] > 10


async def test_nothing_found_is_an_empty_column(datadog: httpx.AsyncClient) -> None:
    assert await table(datadog, a_query("avg:absent{*}")) == {"a": []}


async def test_window_before_the_retention_is_refused_in_datadogs_words(
    datadog: httpx.AsyncClient,
) -> None:
    long_ago = int((NOON - timedelta(days=500)).timestamp() * 1000)

    answer = await datadog.post(SCALAR, json=a_scalar_body(to=long_ago, **{"from": 0}))

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Queries ending outside the retention date are invalid"]},
    )


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"data_source": "metrics", "query": "avg:x{*}"}, "metrics.aggregator"),
        (a_query(aggregator="mode"), "metrics.aggregator"),
        (a_query("nonsense"), "'nonsense'"),
    ],
)
async def test_bad_query_is_refused_by_name(
    datadog: httpx.AsyncClient, query: dict[str, str], named: str
) -> None:
    answer = await datadog.post(SCALAR, json=a_scalar_body(query))

    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]


async def test_wrong_type_is_refused_in_datadogs_words(datadog: httpx.AsyncClient) -> None:
    body = a_scalar_body()
    body["data"]["type"] = "scalar"

    answer = await datadog.post(SCALAR, json=body)

    text = 'API input validation failed: Invalid type. Expected "scalar_request".'
    assert (answer.status_code, answer.json()) == (400, {"errors": [text]})
