"""Events that are posted to the stand-in Datadog, and read the old way and the new."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.factories import NOON
from tests.servers.sandbox import SetClock, everything

V1 = "/api/v1/events"
V2 = "/api/v2/events"
SEARCH = f"{V2}/search"
NO_SUCH_CATEGORY = (
    "JSON validation failed at $.data.attributes.category: "
    'value must be one of: ["alert", "change"].'
)
LAST_HOUR = {"from": "now-1h", "to": "now"}


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


SINCE_MORNING: dict[str, str | int] = {
    "start": seconds(NOON - timedelta(hours=6)),
    "end": seconds(NOON),
}


def an_event(**changes: Any) -> dict[str, Any]:
    return {"title": "Drained a node", "text": "For its upgrade.", "tags": ["env:prod"]} | changes


def a_change(**changes: Any) -> dict[str, Any]:
    attributes = {
        "category": "change",
        "title": "Turned on free-shipping",
        "message": "For one in ten.",
        "tags": ["service:checkout"],
        "attributes": {"changed_resource": {"name": "free-shipping", "type": "feature_flag"}},
    } | changes
    return {"data": {"type": "event", "attributes": attributes}}


async def titles(client: httpx.AsyncClient, **query: str | int) -> list[str]:
    answer = await client.get(V1, params=SINCE_MORNING | query)
    return [event["title"] for event in answer.json()["events"]]


async def test_posted_event_is_searched(empty: httpx.AsyncClient) -> None:
    await empty.post(V1, json=an_event())

    (event,) = await everything(empty, SEARCH, filter={"query": "env:prod drained", **LAST_HOUR})

    assert event["attributes"]["message"] == "For its upgrade."


async def test_posted_event_is_read_by_its_number(empty: httpx.AsyncClient) -> None:
    posted = (await empty.post(V1, json=an_event())).json()["event"]

    read = await empty.get(f"{V1}/{posted['id']}")

    assert read.json() == {"event": posted, "status": "ok"}
    assert posted["id_str"] == str(posted["id"])


async def test_posting_is_accepted_with_the_api_key_alone(empty: httpx.AsyncClient) -> None:
    del empty.headers["DD-APPLICATION-KEY"]

    assert (await empty.post(V1, json=an_event())).status_code == 202


async def test_unknown_event_is_not_found(empty: httpx.AsyncClient) -> None:
    answer = await empty.get(f"{V1}/7")

    assert (answer.status_code, answer.json()) == (
        404,
        {"errors": ["No event matches that event_id."]},
    )


async def test_event_of_long_ago_is_refused_in_datadogs_words(empty: httpx.AsyncClient) -> None:
    old = an_event(date_happened=seconds(NOON - timedelta(days=2)))

    answer = await empty.post(V1, json=old)

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Event too far in the past"]},
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"tags": "service:checkout,env:prod"}, 1),
        ({"tags": "service:checkout,env:dev"}, 0),
        ({"sources": "deployment,github"}, 4),
        ({"sources": "deployment"}, 3),
        ({"priority": "low"}, 0),
        ({"page": 1}, 0),
    ],
)
async def test_old_list_is_narrowed(
    datadog: httpx.AsyncClient, query: dict[str, str | int], count: int
) -> None:
    found = await titles(datadog, **{"start": seconds(NOON - timedelta(hours=1))} | query)

    assert len([title for title in found if "[" not in title]) == count


async def test_old_list_is_newest_first(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(V1, params=SINCE_MORNING)

    times = [event["date_happened"] for event in answer.json()["events"]]
    assert times == sorted(times, reverse=True)
    assert len(times) > 3


@pytest.mark.parametrize("missing", ["start", "end"])
async def test_old_list_names_the_end_that_its_window_lacks(
    datadog: httpx.AsyncClient, missing: str
) -> None:
    window = {name: time for name, time in SINCE_MORNING.items() if name != missing}

    answer = await datadog.get(V1, params=window)

    assert answer.status_code == 400
    assert f"'{missing}'" in answer.json()["errors"][0]


async def test_event_that_is_yet_to_happen_is_found_when_it_has(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    tomorrow = {"end": seconds(NOON + timedelta(days=1))}
    await empty.post(V1, json=an_event(date_happened=seconds(NOON + timedelta(minutes=5))))
    before = await titles(empty, **tomorrow)
    clock.pass_time(timedelta(minutes=6))

    after = await titles(empty, **tomorrow)

    assert (before, after) == ([], ["Drained a node"])


async def test_posted_change_is_searched_as_what_was_changed(empty: httpx.AsyncClient) -> None:
    await empty.post(V2, json=a_change())
    query = {"query": "source:feature_flag service:checkout", **LAST_HOUR}

    (event,) = await everything(empty, SEARCH, filter=query)

    assert event["attributes"]["attributes"]["title"] == "Turned on free-shipping"


async def test_posted_change_is_read_by_its_uid(empty: httpx.AsyncClient) -> None:
    posted = (await empty.post(V2, json=a_change())).json()
    uid = posted["data"]["attributes"]["attributes"]["evt"]["uid"]

    read = (await empty.get(f"{V2}/{uid}")).json()["data"]

    changed = read["attributes"]["attributes"]["changed_resource"]
    assert (read["id"], changed["name"]) == (uid, "free-shipping")


async def test_search_tells_the_uid_that_reads_a_posted_change(empty: httpx.AsyncClient) -> None:
    await empty.post(V2, json=a_change())
    (event,) = await everything(empty, SEARCH, filter=LAST_HOUR)

    read = await empty.get(f"{V2}/{event['attributes']['attributes']['evt']['uid']}")

    assert read.status_code == 200


async def test_list_in_the_url_has_what_the_search_has(datadog: httpx.AsyncClient) -> None:
    query = {"filter[query]": "source:deployment", "filter[from]": "now-6h"}

    listed = (await datadog.get(V2, params=query)).json()["data"]

    wanted = {"query": "source:deployment", "from": "now-6h", "to": "now"}
    assert listed == await everything(datadog, SEARCH, filter=wanted)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"category": "news"}, NO_SUCH_CATEGORY),
        ({"title": "x" * 501}, "data.attributes.title"),
        ({"timestamp": "2026-01-01T00:00:00Z"}, "Event too far in the past"),
        ({"category": "alert"}, "not those of category 'alert'"),
    ],
)
async def test_bad_change_is_refused_in_the_titled_shape(
    empty: httpx.AsyncClient, changes: dict[str, Any], named: str
) -> None:
    answer = await empty.post(V2, json=a_change(**changes))

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["status"]) == (400, "400")
    assert named in error["detail"]


async def test_reset_forgets_what_was_posted(empty: httpx.AsyncClient) -> None:
    await empty.post(V1, json=an_event())

    await empty.post("/sandbox/reset")

    assert await titles(empty) == []
