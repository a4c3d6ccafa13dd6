"""Logs of the stand-in Datadog, counted in buckets."""

from typing import Any

import httpx
import pytest

AGGREGATE = "/api/v2/logs/analytics/aggregate"
LOGS = "/api/v2/logs/events/search"
LAST_HOURS = {"from": "now-6h", "to": "now"}
OF_CHECKOUT = {"query": "service:checkout", **LAST_HOURS}


async def buckets(client: httpx.AsyncClient, **request: Any) -> list[dict[str, Any]]:
    answer = await client.post(AGGREGATE, json={"filter": LAST_HOURS} | request)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["buckets"]
    return found


async def values(client: httpx.AsyncClient, path: str, **filter_: str) -> list[Any]:
    """Of one attribute, of every log that a search finds."""
    body = {"filter": LAST_HOURS | filter_, "page": {"limit": 1000}}
    found = (await client.post(LOGS, json=body)).json()["data"]
    attributes = [log["attributes"] | log["attributes"]["attributes"] for log in found]
    return [each[path] for each in attributes if path in each]


async def test_count_is_of_what_a_search_finds(datadog: httpx.AsyncClient) -> None:
    (bucket,) = await buckets(datadog, filter=OF_CHECKOUT)

    assert bucket["by"] == {}
    assert bucket["computes"]["c0"] == len(await values(datadog, "status", **OF_CHECKOUT)) > 100


async def test_groups_are_counted_apart(datadog: httpx.AsyncClient) -> None:
    found = await buckets(datadog, group_by=[{"facet": "status"}])

    statuses = await values(datadog, "status")
    counts = {bucket["by"]["status"]: bucket["computes"]["c0"] for bucket in found}
    assert counts == {status: statuses.count(status) for status in set(statuses)}


async def test_limit_keeps_the_largest_when_sorted_by_measure(datadog: httpx.AsyncClient) -> None:
    sort = {"type": "measure", "aggregation": "count", "order": "desc"}

    first, second = await buckets(
        datadog, group_by=[{"facet": "service", "limit": 2, "sort": sort}]
    )

    services = await values(datadog, "service")
    largest = sorted({services.count(name) for name in services}, reverse=True)
    assert [first["computes"]["c0"], second["computes"]["c0"]] == largest[:2]


async def test_two_facets_make_a_bucket_of_each_pair(datadog: httpx.AsyncClient) -> None:
    facets = [{"facet": "service"}, {"facet": "status"}]

    found = await buckets(datadog, filter=OF_CHECKOUT, group_by=facets)

    pairs = [(bucket["by"]["service"], bucket["by"]["status"]) for bucket in found]
    assert ("checkout", "error") in pairs
    assert len(pairs) == len(set(pairs))


async def test_intervals_add_up_to_the_total(datadog: httpx.AsyncClient) -> None:
    compute = [
        {"aggregation": "count"},
        {"aggregation": "count", "type": "timeseries", "interval": "10m"},
    ]

    (bucket,) = await buckets(datadog, compute=compute)

    points = bucket["computes"]["c1"]
    assert sum(point["value"] for point in points) == bucket["computes"]["c0"]
    assert all(point["time"].endswith("0:00.000Z") for point in points)


async def test_measures_are_computed_from_an_attribute(datadog: httpx.AsyncClient) -> None:
    names = ("min", "max", "sum", "avg", "median", "pc90", "cardinality")
    compute = [{"aggregation": name, "metric": "@duration"} for name in names]

    (bucket,) = await buckets(datadog, compute=compute)

    durations = sorted(await values(datadog, "duration"))
    found = {name: bucket["computes"][f"c{place}"] for place, name in enumerate(names)}
    assert (found["min"], found["max"]) == (durations[0], durations[-1])
    assert found["sum"] == pytest.approx(sum(durations))
    assert found["avg"] == pytest.approx(sum(durations) / len(durations))
    assert found["min"] < found["median"] < found["pc90"] < found["max"]
    assert found["cardinality"] == len(set(durations))


async def test_nothing_to_compute_from_is_left_out(datadog: httpx.AsyncClient) -> None:
    (bucket,) = await buckets(datadog, compute=[{"aggregation": "max", "metric": "@absent"}])

    assert bucket["computes"] == {}


async def test_missing_names_the_group_of_those_without_the_facet(
    datadog: httpx.AsyncClient,
) -> None:
    facet = {"facet": "@http.status_code", "missing": "none"}

    found = await buckets(datadog, group_by=[facet])
    without = await buckets(datadog, group_by=[{"facet": "@http.status_code"}])

    assert "none" in {bucket["by"]["@http.status_code"] for bucket in found}
    assert "none" not in {bucket["by"]["@http.status_code"] for bucket in without}


async def test_nothing_found_is_no_bucket(datadog: httpx.AsyncClient) -> None:
    assert await buckets(datadog, filter={"query": "service:absent", **LAST_HOURS}) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"compute": [{"aggregation": "mode"}]}, "compute.0.aggregation"),
        ({"group_by": [{"limit": 3}]}, "group_by.0.facet"),
        ({"filter": {"query": "("}}, "cannot be read"),
        ({"compute": [{"type": "timeseries", "interval": "soon"}], "filter": LAST_HOURS}, "soon"),
        ({"group_by": [{"facet": "a", "histogram": {"interval": 1}}]}, "histograms"),
    ],
)
async def test_bad_aggregation_is_refused_by_name(
    datadog: httpx.AsyncClient, body: dict[str, Any], named: str
) -> None:
    answer = await datadog.post(AGGREGATE, json=body)

    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]
