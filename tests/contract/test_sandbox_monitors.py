"""Monitors of the stand-in Datadog: as they stand, and found by query."""

import httpx


async def test_monitor_is_found_by_id(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get("/api/v1/monitor/14205511")

    assert answer.json()["overall_state"] == "Alert"


async def test_unknown_monitor_is_not_found(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get("/api/v1/monitor/1")

    assert (answer.status_code, answer.json()) == (404, {"errors": ["Monitor not found"]})


async def test_page_of_monitors_after_the_last_is_empty(datadog: httpx.AsyncClient) -> None:
    pages = [await datadog.get("/api/v1/monitor", params={"page": page}) for page in (0, 1)]

    assert [len(page.json()) for page in pages] == [1, 0]


async def test_unknown_group_state_is_refused(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get("/api/v1/monitor", params={"group_states": "burning"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Invalid group_state filters."]},
    )
