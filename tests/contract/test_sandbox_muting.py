"""Which downtimes of the stand-in Datadog silence a monitor."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_downtime_body

DOWNTIMES = "/api/v2/downtime"
CHECKOUT = 14205511
HERE = {"monitor_id": CHECKOUT}


async def mute(client: httpx.AsyncClient, **changes: Any) -> str:
    body = a_downtime_body(**{"monitor_identifier": HERE} | changes)
    answer = await client.post(DOWNTIMES, json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["id"])


async def matches(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v2/monitor/{CHECKOUT}/downtime_matches")
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_match_tells_scope_group_and_times(alerting: httpx.AsyncClient) -> None:
    downtime = await mute(alerting, schedule={"end": "2026-01-02T13:00:00Z"})

    (match,) = await matches(alerting)

    assert (match["id"], match["type"]) == (downtime, "downtime_match")
    assert match["attributes"]["scope"] == "env:prod"
    assert match["attributes"]["end"] == "2026-01-02T13:00:00.000000+00:00"


@pytest.mark.parametrize(
    "identifier",
    [
        HERE,
        {"monitor_tags": ["*"]},
        {"monitor_tags": ["team:shop"]},
        {"monitor_tags": ["team:shop", "service:checkout"]},
    ],
)
async def test_monitor_is_meant_by_id_or_by_all_of_the_tags(
    alerting: httpx.AsyncClient, identifier: dict[str, Any]
) -> None:
    downtime = await mute(alerting, monitor_identifier=identifier)

    assert [match["id"] for match in await matches(alerting)] == [downtime]


@pytest.mark.parametrize(
    "changes",
    [
        {"monitor_identifier": {"monitor_id": 1}},
        {"monitor_identifier": {"monitor_tags": ["team:shop", "team:other"]}},
        {"scope": "env:dev"},
        {"scope": "env:prod AND service:cart"},
        {"schedule": {"start": "2026-01-02T13:00:00Z"}},
    ],
)
async def test_downtime_for_others_or_later_does_not_match(
    alerting: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    await mute(alerting, **changes)

    assert await matches(alerting) == []


async def test_match_ends_with_its_downtime(alerting: httpx.AsyncClient, clock: SetClock) -> None:
    await mute(alerting, schedule={"end": "2026-01-02T12:10:00Z"})
    clock.pass_time(timedelta(minutes=10))

    assert await matches(alerting) == []


async def test_cancelled_downtime_does_not_match(alerting: httpx.AsyncClient) -> None:
    downtime = await mute(alerting)

    await alerting.delete(f"{DOWNTIMES}/{downtime}")

    assert await matches(alerting) == []


async def test_changed_scope_counts(alerting: httpx.AsyncClient) -> None:
    downtime = await mute(alerting, scope="env:dev")
    data = {"type": "downtime", "id": downtime, "attributes": {"scope": "service:checkout"}}

    await alerting.patch(f"{DOWNTIMES}/{downtime}", json={"data": data})

    assert [match["id"] for match in await matches(alerting)] == [downtime]


async def test_matches_of_an_unknown_monitor_are_not_found(empty: httpx.AsyncClient) -> None:
    answer = await empty.get("/api/v2/monitor/0/downtime_matches")

    assert (answer.status_code, answer.json()) == (
        404,
        {"errors": ["Monitor with id 0 not found"]},
    )
