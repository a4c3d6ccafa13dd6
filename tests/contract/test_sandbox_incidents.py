"""Datadog's own incidents in its stand-in: listed and searched as their scenario declares them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import SetClock, a_sandbox, asking, write_scenario

INCIDENTS = "/api/v2/incidents"
DECLARED = [
    {
        "public_id": 7,
        "title": "Orders fail",
        "created": (NOON - timedelta(minutes=10)).isoformat(),
        "severity": "SEV-1",
        "services": ["checkout"],
    },
    {
        "public_id": 6,
        "title": "Search is slow",
        "created": (NOON - timedelta(hours=2)).isoformat(),
        "severity": "SEV-3",
        "resolved": (NOON - timedelta(hours=1)).isoformat(),
    },
    {
        "public_id": 8,
        "title": "Cart is down",
        "created": (NOON + timedelta(minutes=10)).isoformat(),
    },
]


@pytest.fixture
async def incidents(tmp_path: Path, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    """One active, one resolved, one to come."""
    scenarios = write_scenario(tmp_path, incidents=DECLARED)
    async with asking(a_sandbox(scenarios=scenarios, clock=clock)) as client:
        await client.post("/sandbox/scenarios/small/load")
        yield client


async def searched(client: httpx.AsyncClient, query: str, **more: str | int) -> list[int]:
    answer = await client.get(f"{INCIDENTS}/search", params={"query": query, **more})
    attributes: dict[str, Any] = answer.json()["data"]["attributes"]
    return [each["data"]["attributes"]["public_id"] for each in attributes["incidents"]]


async def listed(client: httpx.AsyncClient, **query: int) -> list[int]:
    found = (await client.get(INCIDENTS, params=query)).json()["data"]
    return [each["attributes"]["public_id"] for each in found]


async def test_incidents_are_listed_newest_first(incidents: httpx.AsyncClient) -> None:
    assert await listed(incidents) == [7, 6]


async def test_list_is_paged(incidents: httpx.AsyncClient) -> None:
    query: dict[str, int] = {"page[size]": 1, "page[offset]": 1}

    answer = (await incidents.get(INCIDENTS, params=query)).json()

    assert [each["attributes"]["public_id"] for each in answer["data"]] == [6]
    assert answer["meta"]["pagination"] == {"offset": 1, "size": 1, "next_offset": 2}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state:active", [7]),
        ("state:resolved", [6]),
        ("severity:SEV-1 OR severity:SEV-3", [7, 6]),
        ("services:checkout", [7]),
        ("orders", [7]),
        ("state:stable", []),
    ],
)
async def test_incidents_are_found(
    incidents: httpx.AsyncClient, query: str, found: list[int]
) -> None:
    assert await searched(incidents, query) == found


async def test_search_is_sorted_and_paged(incidents: httpx.AsyncClient) -> None:
    assert await searched(incidents, "*", sort="created", **{"page[size]": 1}) == [6]


async def test_facets_count_what_was_found(incidents: httpx.AsyncClient) -> None:
    answer = await incidents.get(f"{INCIDENTS}/search", params={"query": "*"})

    states = answer.json()["data"]["attributes"]["facets"]["state"]
    assert {each["name"]: each["count"] for each in states} == {
        "active": 1,
        "stable": 0,
        "resolved": 1,
    }


async def test_incident_is_declared_when_its_time_comes(
    incidents: httpx.AsyncClient, clock: SetClock
) -> None:
    clock.pass_time(timedelta(minutes=10))

    assert await listed(incidents) == [8, 7, 6]


async def test_search_needs_a_query(incidents: httpx.AsyncClient) -> None:
    answer = await incidents.get(f"{INCIDENTS}/search")

    assert answer.status_code == 400
    assert "'query'" in answer.json()["errors"][0]
