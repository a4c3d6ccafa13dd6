"""Metrics of the stand-in Datadog, as graphs and as numbers."""

from typing import Any

import httpx
import pytest

from tests.servers.sandbox import a_timeseries_body

TIMESERIES = "/api/v2/query/timeseries"


async def test_alerting_metric_is_high_at_the_alert(datadog: httpx.AsyncClient) -> None:
    body = a_timeseries_body("sum:checkout.errors{env:prod,service:checkout}.as_count()")

    attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

    (values,) = attributes["values"]
    assert len(values) == len(attributes["times"]) == 60
    assert max(values[:30]) < 5
    assert values[-1] > 50


async def test_by_gives_one_series_per_group_on_common_times(datadog: httpx.AsyncClient) -> None:
    body = a_timeseries_body("sum:checkout.errors{*} by {host}")

    attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

    assert [series["group_tags"][0] for series in attributes["series"]] == [
        "host:checkout-7d9f-a",
        "host:checkout-7d9f-b",
        "host:checkout-7d9f-c",
    ]
    assert {len(values) for values in attributes["values"]} == {len(attributes["times"])}


async def test_formulas_choose_and_order_the_queries(datadog: httpx.AsyncClient) -> None:
    queries = [
        {"data_source": "metrics", "query": "avg:checkout.requests{*}", "name": "a"},
        {"data_source": "metrics", "query": "avg:checkout.latency.p95{*}", "name": "b"},
    ]
    body = a_timeseries_body("", queries=queries, formulas=[{"formula": "b"}])

    attributes = (await datadog.post(TIMESERIES, json=body)).json()["data"]["attributes"]

    assert max(attributes["values"][0]) < 1


async def test_unknown_metric_is_an_empty_answer(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.post(TIMESERIES, json=a_timeseries_body("avg:absent{*}"))

    assert answer.json()["data"]["attributes"] == {"series": [], "times": [], "values": []}


async def test_wrong_type_is_refused_in_datadogs_words(datadog: httpx.AsyncClient) -> None:
    body = a_timeseries_body("avg:x{*}")
    body["data"]["type"] = "timeseries"

    answer = await datadog.post(TIMESERIES, json=body)

    assert answer.status_code == 400
    assert answer.json() == {
        "errors": ['API input validation failed: Invalid type. Expected "timeseries_request".']
    }


@pytest.mark.parametrize("changes", [{"queries": []}, {"formulas": [{"formula": "a / b"}]}])
async def test_what_cannot_be_calculated_is_a_bad_request(
    datadog: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    answer = await datadog.post(TIMESERIES, json=a_timeseries_body("avg:x{*}", **changes))

    assert answer.status_code == 400
