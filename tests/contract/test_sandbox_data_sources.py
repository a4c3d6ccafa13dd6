"""Numbers of the stand-in Datadog that are no metrics: of traces, logs and events."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import a_timeseries_body

TIMESERIES = "/api/v2/query/timeseries"
SPANS = "/api/v2/spans/events/search"
CHECKOUT = {"data_source": "apm_metrics", "service": "checkout", "name": "a"}


async def graph(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    body = a_timeseries_body("", queries=[query], interval=600_000)
    answer = await client.post(TIMESERIES, json=body)
    assert answer.status_code == 200, answer.text
    attributes: dict[str, Any] = answer.json()["data"]["attributes"]
    return attributes


async def line(client: httpx.AsyncClient, **query: Any) -> list[float]:
    (values,) = (await graph(client, **query))["values"]
    return [value for value in values if value is not None]


async def test_error_rate_of_a_service_rises_with_its_alert(datadog: httpx.AsyncClient) -> None:
    rate = await line(datadog, **CHECKOUT, stat="error_rate")

    assert rate[0] < 0.1 < rate[-1] <= 1


async def test_errors_are_the_rate_of_the_hits(datadog: httpx.AsyncClient) -> None:
    hits, errors, rate = [
        await line(datadog, **CHECKOUT, stat=stat) for stat in ("hits", "errors", "error_rate")
    ]

    assert [r * h for r, h in zip(rate, hits, strict=True)] == pytest.approx(errors)


async def test_hits_are_the_traces_that_enter_the_service(datadog: httpx.AsyncClient) -> None:
    hits = await line(datadog, **CHECKOUT, stat="hits")

    window = {"query": "service:checkout", "from": "now-1h", "to": "now"}
    attributes = {"filter": window, "page": {"limit": 1000}}
    body = {"data": {"type": "search_request", "attributes": attributes}}
    spans = (await datadog.post(SPANS, json=body)).json()["data"]
    entering = [span for span in spans if span["attributes"]["parent_id"] == "0"]
    assert sum(hits) == len(entering) < len(spans)


async def test_hits_per_second_are_the_intervals_share(datadog: httpx.AsyncClient) -> None:
    hits = await line(datadog, **CHECKOUT, stat="hits")

    per_second = await line(datadog, **CHECKOUT, stat="hits_per_second")

    assert [value * 600 for value in per_second] == pytest.approx(hits)


async def test_percentiles_of_latency_are_in_order_and_in_seconds(
    datadog: httpx.AsyncClient,
) -> None:
    stats = ["latency_p50", "latency_p95", "latency_p99", "latency_max"]

    lines = [await line(datadog, **CHECKOUT, stat=stat) for stat in stats]

    assert all(list(point) == sorted(point) for point in zip(*lines, strict=True))
    assert 0 < max(lines[-1]) < 60


async def test_satisfaction_lies_between_nothing_and_one(datadog: httpx.AsyncClient) -> None:
    apdex = await line(datadog, **CHECKOUT, stat="apdex")

    assert 0 <= min(apdex) < 1
    assert max(apdex) <= 1


async def test_statistics_are_split_by_resource(datadog: httpx.AsyncClient) -> None:
    found = await graph(datadog, **CHECKOUT, stat="hits", group_by=["resource_name"])

    groups = [series["group_tags"] for series in found["series"]]
    assert all(tag.startswith("resource_name:") for (tag,) in groups)


@pytest.mark.parametrize(
    "changes",
    [{"query_filter": "env:dev"}, {"service": "absent"}, {"resource_name": "GET /absent"}],
)
async def test_filter_that_fits_nothing_finds_nothing(
    datadog: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    found = await graph(datadog, **CHECKOUT | {"stat": "hits"} | changes)

    assert found["series"] == []


async def test_logs_are_counted_by_facet(datadog: httpx.AsyncClient) -> None:
    found = await graph(
        datadog,
        data_source="logs",
        compute={"aggregation": "count"},
        search={"query": "service:checkout"},
        group_by=[{"facet": "status", "limit": 5}],
    )

    tags = [series["group_tags"] for series in found["series"]]
    assert ["status:error"] in tags
    assert tags == sorted(tags)


async def test_measure_of_spans_is_computed(datadog: httpx.AsyncClient) -> None:
    longest = await line(
        datadog,
        data_source="spans",
        compute={"aggregation": "max", "metric": "@duration"},
        search={"query": "service:payments"},
    )

    assert max(longest) > 1_000_000  # nanoseconds


async def test_events_are_counted(datadog: httpx.AsyncClient) -> None:
    query = {"compute": {"aggregation": "count"}, "search": {"query": "source:deployment"}}

    counts = await line(datadog, data_source="events", **query)

    assert sum(counts) == 3


@pytest.mark.parametrize("source", ["rum", "slo", "apm_resource_stats", "process"])
async def test_source_that_no_scenario_tells_of_is_empty(
    datadog: httpx.AsyncClient, source: str
) -> None:
    assert (await graph(datadog, data_source=source, name="a"))["series"] == []


async def test_unknown_statistic_is_refused_by_name(datadog: httpx.AsyncClient) -> None:
    body = a_timeseries_body("", queries=[CHECKOUT | {"stat": "charm"}])

    answer = await datadog.post(TIMESERIES, json=body)

    assert answer.status_code == 400
    assert "apm_metrics.stat" in answer.json()["errors"][0]


async def test_old_query_answers_as_the_new_one(datadog: httpx.AsyncClient) -> None:
    start, end = int((NOON - timedelta(hours=1)).timestamp()), int(NOON.timestamp())
    query = "sum:checkout.errors{*} by {host}"

    old = await datadog.get("/api/v1/query", params={"from": start, "to": end, "query": query})

    new = await datadog.post(TIMESERIES, json=a_timeseries_body(query))
    series, attributes = old.json()["series"], new.json()["data"]["attributes"]
    assert [each["tag_set"] for each in series] == [
        each["group_tags"] for each in attributes["series"]
    ]
    assert [[value for _at, value in each["pointlist"]] for each in series] == attributes["values"]
    assert {each["interval"] for each in series} == {60}


async def test_old_query_takes_several_at_once(datadog: httpx.AsyncClient) -> None:
    start, end = int((NOON - timedelta(hours=1)).timestamp()), int(NOON.timestamp())
    query = "avg:checkout.requests{env:prod,service:checkout},avg:checkout.latency.p95{*}"

    answer = await datadog.get("/api/v1/query", params={"from": start, "to": end, "query": query})

    found = [(each["query_index"], each["metric"]) for each in answer.json()["series"]]
    assert found == [(0, "checkout.requests"), (1, "checkout.latency.p95")]
