"""Monitors of the stand-in Datadog: as they stand at a time, listed and read."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import SetClock

MONITORS = "/api/v1/monitor"
CHECKOUT = 14205511
FLAG = 18550317


async def state(client: httpx.AsyncClient) -> str:
    monitor = (await client.get(f"{MONITORS}/{CHECKOUT}")).json()
    return str(monitor["overall_state"])


async def ids(client: httpx.AsyncClient, **query: str | int) -> list[int]:
    return [monitor["id"] for monitor in (await client.get(MONITORS, params=query)).json()]


@pytest.fixture
async def two(alerting: httpx.AsyncClient) -> httpx.AsyncClient:
    """Monitors alert."""
    await alerting.post("/sandbox/scenarios/feature-flag/load")
    return alerting


async def test_monitor_is_found_by_id(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{MONITORS}/{CHECKOUT}")

    assert answer.json()["overall_state"] == "Alert"


async def test_monitor_goes_through_its_states(empty: httpx.AsyncClient, clock: SetClock) -> None:
    at = (NOON + timedelta(minutes=5)).isoformat()
    order = {"at": at, "recovers_after_seconds": 300}
    await empty.post("/sandbox/scenarios/bad-deploy/load", json=order)
    states = []

    for _ in range(3):
        states.append(await state(empty))
        clock.pass_time(timedelta(minutes=5))

    assert states == ["OK", "Alert", "OK"]


async def test_group_tells_when_it_alerted_and_recovered(
    alerting: httpx.AsyncClient, clock: SetClock
) -> None:
    clock.pass_time(timedelta(hours=1))

    answer = await alerting.get(f"{MONITORS}/{CHECKOUT}", params={"group_states": "all"})

    (group,) = answer.json()["state"]["groups"].values()
    assert group["status"] == "OK"
    assert group["last_triggered_ts"] == int(NOON.timestamp())
    assert group["last_resolved_ts"] > group["last_triggered_ts"]


async def test_groups_are_told_only_when_asked_for(datadog: httpx.AsyncClient) -> None:
    assert "state" not in (await datadog.get(f"{MONITORS}/{CHECKOUT}")).json()


async def test_unknown_monitor_is_not_found(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{MONITORS}/1")

    assert (answer.status_code, answer.json()) == (404, {"errors": ["Monitor not found"]})


async def test_page_of_monitors_after_the_last_is_empty(datadog: httpx.AsyncClient) -> None:
    pages = [await datadog.get(MONITORS, params={"page": page}) for page in (0, 1)]

    assert [len(page.json()) for page in pages] == [1, 0]


async def test_unknown_group_state_is_refused(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(MONITORS, params={"group_states": "burning"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Invalid group_state filters."]},
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [CHECKOUT, FLAG]),
        ({"name": "CHECKOUT"}, [CHECKOUT]),
        ({"monitor_tags": "team:shop,env:prod"}, [CHECKOUT]),
        ({"tags": "service:checkout"}, [CHECKOUT]),
        ({"tags": "service:absent"}, []),
        ({"id_offset": CHECKOUT}, [FLAG]),
        ({"page": 1, "page_size": 1}, [FLAG]),
    ],
)
async def test_list_is_narrowed(
    two: httpx.AsyncClient, query: dict[str, Any], found: list[int]
) -> None:
    assert await ids(two, **query) == found
