"""Spans of the stand-in Datadog, searched in a body and in the URL."""

from typing import Any

import httpx
import pytest

SPANS = "/api/v2/spans/events"
SEARCH = f"{SPANS}/search"
FIVE_OF_CHECKOUT: dict[str, str | int] = {
    "filter[query]": "service:checkout",
    "filter[from]": "now-6h",
    "page[limit]": 5,
}


def a_search(query: str, **changes: Any) -> dict[str, Any]:
    attributes = {"filter": {"query": query, "from": "now-6h", "to": "now"}} | changes
    return {"data": {"type": "search_request", "attributes": attributes}}


async def found(client: httpx.AsyncClient, query: str) -> list[dict[str, Any]]:
    answer = await client.post(SEARCH, json=a_search(query, page={"limit": 1000}))
    return [span["attributes"] for span in answer.json()["data"]]


async def test_errors_of_one_service_are_found(datadog: httpx.AsyncClient) -> None:
    spans = await found(datadog, "service:checkout status:error env:prod")

    assert spans
    assert {span["service"] for span in spans} == {"checkout"}
    assert all("error" in span["custom"] for span in spans)


async def test_one_trace_is_found_whole(datadog: httpx.AsyncClient) -> None:
    trace = (await found(datadog, "service:checkout"))[0]["trace_id"]

    spans = await found(datadog, f"trace_id:{trace}")

    ids = {span["span_id"] for span in spans}
    assert len(spans) > 1
    assert [span["parent_id"] in {*ids, "0"} for span in spans] == [True] * len(spans)


async def test_slow_spans_are_found_by_their_duration(datadog: httpx.AsyncClient) -> None:
    spans = await found(datadog, "@duration:>100000000")

    assert spans
    assert min(span["custom"]["duration"] for span in spans) > 100_000_000


async def test_url_asks_as_the_body_does(datadog: httpx.AsyncClient) -> None:

    answer = await datadog.get(SPANS, params=FIVE_OF_CHECKOUT)

    same = await datadog.post(SEARCH, json=a_search("service:checkout", page={"limit": 5}))
    assert answer.json()["data"] == same.json()["data"]


async def test_next_link_leads_to_the_next_page(datadog: httpx.AsyncClient) -> None:
    first = (await datadog.get(SPANS, params=FIVE_OF_CHECKOUT)).json()

    second = (await datadog.get(first["links"]["next"])).json()

    ids = [span["id"] for span in first["data"] + second["data"]]
    assert len(ids) == len(set(ids)) == 10


async def test_window_that_ends_before_it_begins_cannot_be_asked_for(
    datadog: httpx.AsyncClient,
) -> None:
    window = {"query": "*", "from": "now", "to": "now-1h"}

    answer = await datadog.post(SEARCH, json=a_search("*", filter=window))

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["title"] == "Generic Error"
    assert "'from' should be anterior to 'to'" in error["detail"]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (a_search("*", sort="service"), "data.attributes.sort"),
        (a_search("*", page={"limit": 0}), "data.attributes.page.limit"),
        ({"data": {"type": "search"}}, "data.type"),
        (a_search("("), "cannot be read"),
    ],
)
async def test_bad_search_is_refused_by_name_in_the_titled_shape(
    datadog: httpx.AsyncClient, body: dict[str, Any], named: str
) -> None:
    answer = await datadog.post(SEARCH, json=body)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["status"], error["title"]) == (400, "400", "Bad Request")
    assert named in error["detail"]
