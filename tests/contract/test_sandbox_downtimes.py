"""Downtimes of the stand-in Datadog: made, changed, cancelled, refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_downtime_body

DOWNTIMES = "/api/v2/downtime"


async def create(client: httpx.AsyncClient, **changes: Any) -> str:
    answer = await client.post(DOWNTIMES, json=a_downtime_body(**changes))
    return str(answer.json()["data"]["id"])


async def test_downtime_begins_now_and_lasts_by_default(empty: httpx.AsyncClient) -> None:
    answer = await empty.post(DOWNTIMES, json=a_downtime_body())

    attributes = answer.json()["data"]["attributes"]
    assert answer.status_code == 200
    assert attributes["status"] == "active"
    assert attributes["schedule"] == {"start": "2026-01-02T12:00:00.000000+00:00", "end": None}
    assert attributes["monitor_identifier"] == {"monitor_id": 42}


async def test_downtime_goes_through_its_states(empty: httpx.AsyncClient, clock: SetClock) -> None:
    schedule = {"start": "2026-01-02T12:10:00Z", "end": "2026-01-02T12:20:00Z"}
    created = (await empty.post(DOWNTIMES, json=a_downtime_body(schedule=schedule))).json()
    path = f"{DOWNTIMES}/{created['data']['id']}"
    states = []

    for _ in range(3):
        states.append((await empty.get(path)).json()["data"]["attributes"]["status"])
        clock.pass_time(timedelta(minutes=10))

    assert states == ["scheduled", "active", "ended"]


async def test_cancelling_twice_answers_the_same(empty: httpx.AsyncClient) -> None:
    created = (await empty.post(DOWNTIMES, json=a_downtime_body())).json()["data"]
    path = f"{DOWNTIMES}/{created['id']}"

    answers = [await empty.delete(path) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    cancelled = (await empty.get(path)).json()["data"]["attributes"]
    assert cancelled["status"] == "canceled"


async def test_current_only_leaves_cancelled_ones_out(empty: httpx.AsyncClient) -> None:
    ids = [
        (await empty.post(DOWNTIMES, json=a_downtime_body())).json()["data"]["id"] for _ in range(2)
    ]
    await empty.delete(f"{DOWNTIMES}/{ids[0]}")

    answer = (await empty.get(DOWNTIMES, params={"current_only": "true"})).json()

    assert [downtime["id"] for downtime in answer["data"]] == [ids[1]]
    assert answer["meta"]["page"]["total_filtered_count"] == 1


@pytest.mark.parametrize(
    ("method", "id", "status", "text"),
    [
        ("GET", "7", 400, "Invalid URL param: downtime_id must be an uuid"),
        ("GET", "00000000-0000-1234-0000-000000000000", 404, "Downtime not found"),
        (
            "DELETE",
            "00000000-0000-1234-0000-000000000000",
            404,
            "Downtime 00000000-0000-1234-0000-000000000000 not found",
        ),
    ],
)
async def test_unknown_downtime_is_refused_in_datadogs_words(
    empty: httpx.AsyncClient, method: str, id: str, status: int, text: str
) -> None:
    answer = await empty.request(method, f"{DOWNTIMES}/{id}")

    assert (answer.status_code, answer.json()) == (status, {"errors": [text]})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"scope": "prod"}, "All values must have a key"),
        ({"scope": ""}, "All values must have a key"),
        ({"monitor_identifier": {"monitor_id": 1, "monitor_tags": ["a"]}}, ""),
        ({"monitor_identifier": {"monitor_tags": []}}, ""),
        ({"monitor_id": 42}, ""),
        ({"schedule": {"end": "2026-01-02T11:00:00Z"}}, ""),
    ],
)
async def test_wrong_downtime_is_a_bad_request(
    empty: httpx.AsyncClient, changes: dict[str, Any], text: str
) -> None:
    answer = await empty.post(DOWNTIMES, json=a_downtime_body(**changes))

    assert answer.status_code == 400
    assert text in answer.json()["errors"][0]


@pytest.mark.parametrize(
    "scope",
    [
        "*",
        "env:(prod OR dev) AND service:checkout",
        'service:"check out" AND env:prod',
        "NOT env:dev",
        "(env:prod OR env:dev)",
    ],
)
async def test_scope_with_a_key_for_each_word_is_taken(
    empty: httpx.AsyncClient, scope: str
) -> None:
    answer = await empty.post(DOWNTIMES, json=a_downtime_body(scope=scope))

    assert answer.json()["data"]["attributes"]["scope"] == scope


async def test_unknown_attribute_is_refused_in_datadogs_words(empty: httpx.AsyncClient) -> None:
    answer = await empty.post(DOWNTIMES, json=a_downtime_body(monitor_id=42))

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Additional properties are not allowed ('monitor_id' was unexpected)"]},
    )


async def test_recurring_downtime_is_refused_plainly(empty: httpx.AsyncClient) -> None:
    recurrence = {"duration": "1h", "rrule": "FREQ=DAILY;INTERVAL=1"}
    schedule = {"timezone": "UTC", "recurrences": [recurrence]}

    answer = await empty.post(DOWNTIMES, json=a_downtime_body(schedule=schedule))

    assert answer.status_code == 400
    assert "no recurrences" in answer.json()["errors"][0]


async def test_list_is_paged_oldest_first(empty: httpx.AsyncClient) -> None:
    made = [await create(empty) for _ in range(3)]

    answer = await empty.get(DOWNTIMES, params={"page[offset]": 1, "page[limit]": 1})

    assert [downtime["id"] for downtime in answer.json()["data"]] == [made[1]]
    assert answer.json()["meta"]["page"]["total_filtered_count"] == 3


async def test_author_is_told_when_asked_for(empty: httpx.AsyncClient) -> None:
    path = f"{DOWNTIMES}/{await create(empty)}"

    plain, full = await empty.get(path), await empty.get(path, params={"include": "created_by"})

    author = full.json()["data"]["relationships"]["created_by"]["data"]
    assert [user["id"] for user in full.json()["included"]] == [author["id"]]
    assert "included" not in plain.json()
