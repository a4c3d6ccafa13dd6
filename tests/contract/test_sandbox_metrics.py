"""Metrics of the stand-in Datadog as graphs: queries, formulas, windows."""

from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import SetClock, a_timeseries_body

TIMESERIES = "/api/v2/query/timeseries"
REQUESTS = {"data_source": "metrics", "query": "avg:checkout.requests{*}", "name": "a"}
LATENCY = {"data_source": "metrics", "query": "avg:checkout.latency.p95{*}", "name": "b"}
ERRORS = {"data_source": "metrics", "query": "sum:checkout.errors{*} by {host}", "name": "c"}


async def graph(client: httpx.AsyncClient, query: str = "", **changes: Any) -> dict[str, Any]:
    answer = await client.post(TIMESERIES, json=a_timeseries_body(query, **changes))
    assert answer.status_code == 200, answer.text
    attributes: dict[str, Any] = answer.json()["data"]["attributes"]
    return attributes


async def calculated(client: httpx.AsyncClient, *formulas: str) -> list[list[float | None]]:
    queries = [REQUESTS, LATENCY, ERRORS]
    asked = [{"formula": formula} for formula in formulas]
    values: list[list[float | None]] = (await graph(client, queries=queries, formulas=asked))[
        "values"
    ]
    return values


async def test_alerting_metric_is_high_at_the_alert(datadog: httpx.AsyncClient) -> None:
    found = await graph(datadog, "sum:checkout.errors{env:prod,service:checkout}.as_count()")

    (values,) = found["values"]
    assert len(values) == len(found["times"]) == 60
    assert max(values[:30]) < 5
    assert values[-1] > 50


async def test_by_gives_one_series_per_group_on_common_times(datadog: httpx.AsyncClient) -> None:
    found = await graph(datadog, "sum:checkout.errors{*} by {host}")

    assert [series["group_tags"][0] for series in found["series"]] == [
        "host:checkout-7d9f-a",
        "host:checkout-7d9f-b",
        "host:checkout-7d9f-c",
    ]
    assert {len(values) for values in found["values"]} == {len(found["times"])}


@pytest.mark.parametrize(
    ("asked", "minutes"),
    [({"interval": 600_000}, 10), ({"query": "avg:checkout.requests{*}.rollup(avg, 300)"}, 5)],
)
async def test_interval_is_the_requests_or_the_querys(
    datadog: httpx.AsyncClient, asked: dict[str, Any], minutes: int
) -> None:
    times = (await graph(datadog, **{"query": "avg:checkout.requests{*}"} | asked))["times"]

    steps = {second - first for first, second in pairwise(times)}
    assert steps == {minutes * 60_000}


async def test_what_has_not_happened_yet_is_not_shown(
    alerting: httpx.AsyncClient, clock: SetClock
) -> None:
    late = int(NOON.timestamp() + 600) * 1000
    before = await graph(alerting, "avg:checkout.requests{*}", to=late)
    clock.now = NOON.replace(minute=5)

    after = await graph(alerting, "avg:checkout.requests{*}", to=late)

    assert len(after["times"]) == len(before["times"]) + 5


async def test_formulas_choose_and_order_the_queries(datadog: httpx.AsyncClient) -> None:
    (latency, requests) = await calculated(datadog, "b", "a")

    assert max(value or 0 for value in latency) < 1 < max(value or 0 for value in requests)


async def test_formula_is_calculated_point_by_point(datadog: httpx.AsyncClient) -> None:
    requests, latency, result = await calculated(datadog, "a", "b", "(a - b) * 2 / -b + 1")

    assert result == [
        pytest.approx((a - b) * 2 / -b + 1)
        for a, b in zip(requests, latency, strict=True)
        if a is not None and b is not None
    ]


async def test_query_without_groups_counts_for_each_group(datadog: httpx.AsyncClient) -> None:
    found = await graph(datadog, queries=[REQUESTS, ERRORS], formulas=[{"formula": "c / a"}])

    assert [series["group_tags"] for series in found["series"]] == [
        ["host:checkout-7d9f-a"],
        ["host:checkout-7d9f-b"],
        ["host:checkout-7d9f-c"],
    ]


@pytest.mark.parametrize("formula", ["a / (b - b)", "a * 1e300 * 1e300", "a * 1e999"])
async def test_what_is_no_number_is_no_point(datadog: httpx.AsyncClient, formula: str) -> None:
    assert await calculated(datadog, formula) == [[]]


async def test_deep_formula_is_calculated(datadog: httpx.AsyncClient) -> None:
    requests, result = await calculated(datadog, "a", "-" * 498 + "a")

    assert result == requests


async def test_unknown_metric_is_an_empty_answer(datadog: httpx.AsyncClient) -> None:
    assert await graph(datadog, "avg:absent{*}") == {"series": [], "times": [], "values": []}


async def test_wrong_type_is_refused_in_datadogs_words(datadog: httpx.AsyncClient) -> None:
    body = a_timeseries_body("avg:x{*}")
    body["data"]["type"] = "timeseries"

    answer = await datadog.post(TIMESERIES, json=body)

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "errors": [
                'API input validation failed: Invalid type. Expected "timeseries_request".'
            ]
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"queries": []}, "data.attributes.queries"),
        ({"queries": [{"data_source": "weather"}]}, "data.attributes.queries.0"),
        ({"queries": [REQUESTS | {"query": "nonsense"}]}, "'nonsense'"),
        ({"formulas": [{"formula": "a / absent"}]}, "'a / absent'"),
        ({"formulas": [{"formula": "top(a, 3)"}]}, "'top(a, 3)'"),
        ({"formulas": [{"formula": "1 + 1"}]}, "'1 + 1'"),
        ({"formulas": [{"formula": "a +"}]}, "'a +'"),
        ({"formulas": [{"formula": "a" + "+a" * 600}]}, "cannot calculate"),
        ({"formulas": [{"formula": f"a * {10**400}"}]}, "cannot calculate"),
        ({"from": -1}, "data.attributes.from"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_calculated_is_refused_by_name(
    datadog: httpx.AsyncClient, changes: dict[str, Any], named: str
) -> None:
    answer = await datadog.post(TIMESERIES, json=a_timeseries_body("avg:x{*}", **changes))

    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]
