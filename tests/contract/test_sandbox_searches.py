"""Logs and events of the stand-in Datadog, searched."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, everything

LOGS = "/api/v2/logs/events/search"
EVENTS = "/api/v2/events/search"
LAST_HOURS = {"from": "now-6h", "to": "now"}
ERRORS_OF_CHECKOUT = {"query": "service:checkout status:error", **LAST_HOURS}


async def test_search_finds_what_the_query_says(datadog: httpx.AsyncClient) -> None:
    found = await everything(datadog, LOGS, filter=ERRORS_OF_CHECKOUT)

    attributes = [log["attributes"] for log in found]
    assert {(a["service"], a["status"]) for a in attributes} == {("checkout", "error")}


@pytest.mark.parametrize("sort", ["timestamp", "-timestamp"])
@pytest.mark.parametrize("path", [LOGS, EVENTS])
async def test_pages_hold_everything_once_and_in_order(
    datadog: httpx.AsyncClient, path: str, sort: str
) -> None:
    whole = await datadog.post(
        path, json={"filter": LAST_HOURS, "sort": sort, "page": {"limit": 1000}}
    )
    paged = await everything(datadog, path, filter=LAST_HOURS, sort=sort)

    assert paged == whole.json()["data"]
    times = [record["attributes"]["timestamp"] for record in paged]
    assert times == sorted(times, reverse=sort.startswith("-"))


async def test_page_after_the_last_entry_is_empty_and_has_no_meta(
    datadog: httpx.AsyncClient,
) -> None:
    last = await datadog.post(EVENTS, json={"filter": LAST_HOURS, "page": {"limit": 1000}})
    page = {"limit": 1000, "cursor": last.json()["meta"]["page"]["after"]}

    answer = await datadog.post(EVENTS, json={"filter": LAST_HOURS, "page": page})

    assert answer.json() == {"data": []}


@pytest.mark.parametrize(
    "window",
    [
        {"from": "now-25m", "to": "now"},
        {"from": "2026-01-02T11:35:00Z", "to": "2026-01-02T12:00:00+00:00"},
        {"from": "1767353700000", "to": "1767355200000"},
    ],
)
async def test_every_spelling_of_a_window_means_the_same(
    datadog: httpx.AsyncClient, window: dict[str, str]
) -> None:
    found = await everything(datadog, EVENTS, filter={"query": "source:deployment", **window})

    titles = [event["attributes"]["attributes"]["title"] for event in found]
    assert titles == ["Deployed search-api 5.2.1 to prod", "Deployed checkout 2.14.0 to prod"]


async def test_without_a_window_the_last_15_minutes_are_searched(
    datadog: httpx.AsyncClient,
) -> None:
    found = await everything(datadog, EVENTS, filter={"query": "source:deployment"})

    assert len(found) == 2


async def test_what_has_not_happened_yet_is_not_found(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load")
    tomorrow = {"query": "service:checkout", "from": "2026-01-02T12:00:01Z", "to": "now+1d"}
    before = await everything(empty, LOGS, filter=tomorrow)
    clock.pass_time(timedelta(minutes=10))

    after = await everything(empty, LOGS, filter=tomorrow)

    assert before == []
    assert after


async def test_alert_event_carries_its_monitor(datadog: httpx.AsyncClient) -> None:
    (event,) = await everything(
        datadog, EVENTS, filter={"query": "source:alert @monitor.id:14205511", **LAST_HOURS}
    )

    attributes = event["attributes"]["attributes"]
    assert attributes["monitor"]["name"] == "Checkout error rate is high"
    assert attributes["monitor_id"] == 14205511
    assert attributes["status"] == "error"


@pytest.mark.parametrize(
    "request_body",
    [
        {"filter": {"query": "("}},
        {"filter": {"from": "yesterday"}},
        {"filter": {"querry": "x"}},
        {"page": {"limit": 1001}},
        {"page": {"cursor": "nonsense"}},
        {"page": {"cursor": "bm9uc2Vuc2U="}},
        {"sort": "title"},
        [],
    ],
)
@pytest.mark.parametrize("path", [LOGS, EVENTS])
async def test_bad_search_is_a_bad_request_with_a_reason(
    datadog: httpx.AsyncClient, path: str, request_body: Any
) -> None:
    answer = await datadog.post(path, json=request_body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]


async def test_bad_cursor_is_refused_in_datadogs_words(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.post(EVENTS, json={"page": {"cursor": "nonsense"}})

    assert answer.json()["errors"][0].endswith("Field 'page' is invalid: invalid cursor")


@pytest.mark.parametrize(
    "query",
    [
        "status:error version:2.14.0",
        "host:checkout-7d9f-*",
        "@http.status_code:[500 TO 599]",
        "service:(checkout OR search-api) -status:info",
    ],
)
async def test_url_asks_as_the_body_does(datadog: httpx.AsyncClient, query: str) -> None:
    asked: dict[str, str | int] = {"filter[query]": query, "filter[from]": "now-6h"}

    answer = await datadog.get("/api/v2/logs/events", params={**asked, "page[limit]": 1000})

    found = answer.json()["data"]
    assert found
    body = {"filter": {"query": query, **LAST_HOURS}, "page": {"limit": 1000}}
    assert found == (await datadog.post(LOGS, json=body)).json()["data"]
