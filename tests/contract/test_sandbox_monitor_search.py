"""Monitors of the stand-in Datadog and their groups, found by query."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_downtime_body

SEARCH = "/api/v1/monitor/search"
GROUPS = "/api/v1/monitor/groups/search"
CHECKOUT = 14205511
FLAG = 18550317


@pytest.fixture
async def two(alerting: httpx.AsyncClient, clock: SetClock) -> httpx.AsyncClient:
    """Monitors: the one recovered, the other alerts."""
    clock.pass_time(timedelta(hours=1))
    await alerting.post("/sandbox/scenarios/feature-flag/load")
    return alerting


async def found(client: httpx.AsyncClient, query: str, **more: str | int) -> list[int]:
    answer = await client.get(SEARCH, params={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return [monitor["id"] for monitor in answer.json()["monitors"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", {CHECKOUT, FLAG}),
        ("status:alert", {FLAG}),
        ("status:OK", {CHECKOUT}),
        ("status:(alert OR ok)", {CHECKOUT, FLAG}),
        ('status:"no data"', set()),
        (f"id:{CHECKOUT}", {CHECKOUT}),
        ("tag:team:shop", {CHECKOUT}),
        ("scope:service:checkout", {CHECKOUT}),
        ("checkout", {CHECKOUT}),
        ("muted:true", set()),
    ],
)
async def test_monitors_are_found(two: httpx.AsyncClient, query: str, ids: set[int]) -> None:
    assert set(await found(two, query)) == ids


async def test_unknown_state_is_refused_in_datadogs_words(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(SEARCH, params={"query": "status:burning"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Query parsing error: 'burning' is not a valid monitor status"]},
    )


async def test_counts_are_of_all_that_was_found(two: httpx.AsyncClient) -> None:
    answer = (await two.get(SEARCH, params={"per_page": 1})).json()

    statuses = {each["name"]: each["count"] for each in answer["counts"]["status"]}
    assert statuses == {"Alert": 1, "OK": 1}
    assert answer["metadata"] == {
        "total_count": 2, "page_count": 2, "page": 0, "per_page": 1,
    }  # fmt: skip


async def test_pages_follow_the_order(two: httpx.AsyncClient) -> None:
    pages = [await found(two, "", sort="name,desc", per_page=1, page=page) for page in (0, 1, 2)]

    whole = await found(two, "", sort="name,asc")
    assert pages == [[whole[1]], [whole[0]], []]


@pytest.mark.parametrize("sort", ["age", "name,up"])
async def test_unknown_order_is_refused(datadog: httpx.AsyncClient, sort: str) -> None:
    answer = await datadog.get(SEARCH, params={"sort": sort})

    assert answer.status_code == 400
    assert sort in answer.json()["errors"][0]


async def test_downtime_mutes_the_monitor_until_its_end(two: httpx.AsyncClient) -> None:
    body = a_downtime_body(
        scope="*",
        monitor_identifier={"monitor_id": FLAG},
        schedule={"end": "2026-01-02T14:00:00Z"},
    )
    await two.post("/api/v2/downtime", json=body)

    answer = (await two.get(SEARCH, params={"query": "muted:true"})).json()

    assert [(m["id"], m["muted_until_ts"]) for m in answer["monitors"]] == [(FLAG, 1767362400)]
    assert answer["counts"]["muted"] == [{"name": True, "count": 1}]


async def test_groups_that_alert_are_found(two: httpx.AsyncClient) -> None:
    answer = await two.get(GROUPS, params={"query": "group_status:alert"})

    groups: list[dict[str, Any]] = answer.json()["groups"]
    assert [group["monitor_id"] for group in groups] == [FLAG]
    assert all(group["last_triggered_ts"] for group in groups)


async def test_monitor_that_is_yet_to_alert_has_no_group(empty: httpx.AsyncClient) -> None:
    await empty.post("/sandbox/scenarios/bad-deploy/load", json={"at": "2026-01-02T13:00:00Z"})

    assert (await empty.get(GROUPS)).json()["groups"] == []
    assert await found(empty, "status:ok") == [CHECKOUT]
