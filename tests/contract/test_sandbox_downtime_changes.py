"""Downtimes of the stand-in Datadog, changed: what moves, what stays, what is refused."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.servers.sandbox import SetClock, a_downtime_body

DOWNTIMES = "/api/v2/downtime"
UNKNOWN = "00000000-0000-1234-0000-000000000000"


async def create(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(DOWNTIMES, json=a_downtime_body(**changes))
    created: dict[str, Any] = answer.json()["data"]
    return created


async def change(
    client: httpx.AsyncClient, downtime_id: str, body_id: str = "", **attributes: Any
) -> httpx.Response:
    data = {"type": "downtime", "id": body_id or downtime_id, "attributes": attributes}
    return await client.patch(f"{DOWNTIMES}/{downtime_id}", json={"data": data})


async def test_what_is_left_out_stays(empty: httpx.AsyncClient, clock: SetClock) -> None:
    old = await create(empty, message="deploying")
    clock.pass_time(timedelta(minutes=1))

    new = (await change(empty, old["id"], scope="env:dev")).json()["data"]

    changed = {
        name
        for name, value in new["attributes"].items()
        if value != old["attributes"][name]
    }  # fmt: skip
    assert changed == {"scope", "modified"}


async def test_change_is_read_again(empty: httpx.AsyncClient) -> None:
    old = await create(empty)
    changed = (await change(empty, old["id"], message="longer than thought")).json()["data"]

    read = (await empty.get(f"{DOWNTIMES}/{old['id']}")).json()["data"]

    assert read["attributes"] == changed["attributes"]


async def test_message_is_taken_away_by_null(empty: httpx.AsyncClient) -> None:
    old = await create(empty, message="deploying")

    new = (await change(empty, old["id"], message=None)).json()["data"]

    assert new["attributes"]["message"] is None


async def test_running_downtime_is_made_longer(empty: httpx.AsyncClient, clock: SetClock) -> None:
    old = await create(empty, schedule={"end": "2026-01-02T12:10:00Z"})
    clock.pass_time(timedelta(minutes=5))

    await change(empty, old["id"], schedule={"end": "2026-01-02T13:00:00Z"})

    clock.pass_time(timedelta(minutes=30))
    read = (await empty.get(f"{DOWNTIMES}/{old['id']}")).json()["data"]
    assert read["attributes"]["status"] == "active"


async def test_start_of_a_running_downtime_cannot_be_changed(
    empty: httpx.AsyncClient, clock: SetClock
) -> None:
    old = await create(empty)
    clock.pass_time(timedelta(minutes=5))

    answer = await change(empty, old["id"], schedule={"start": "2026-01-02T12:30:00Z"})

    assert (answer.status_code, answer.json()) == (
        400,
        {"errors": ["Start times of downtimes in progress cannot be changed"]},
    )


async def test_start_of_a_scheduled_downtime_can_be_changed(empty: httpx.AsyncClient) -> None:
    old = await create(empty, schedule={"start": "2026-01-02T13:00:00Z"})

    new = await change(empty, old["id"], schedule={"start": "2026-01-02T14:00:00Z"})

    start = new.json()["data"]["attributes"]["schedule"]["start"]
    assert start == "2026-01-02T14:00:00.000000+00:00"


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ({"scope": "prod"}, "All values must have a key"),
        ({"schedule": {"end": "2026-01-02T11:00:00Z"}}, "after its start"),
        ({"scope": None}, "data.attributes.scope"),
        ({"colour": "red"}, "Additional properties are not allowed ('colour' was unexpected)"),
    ],
)
async def test_bad_change_is_refused_and_changes_nothing(
    empty: httpx.AsyncClient, attributes: dict[str, Any], named: str
) -> None:
    old = await create(empty)

    answer = await change(empty, old["id"], **attributes)

    read = (await empty.get(f"{DOWNTIMES}/{old['id']}")).json()["data"]
    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]
    assert read["attributes"] == old["attributes"]


async def test_id_in_the_body_must_be_the_one_in_the_url(empty: httpx.AsyncClient) -> None:
    old = await create(empty)

    answer = await change(empty, old["id"], body_id=UNKNOWN, message="x")

    assert answer.status_code == 400


async def test_unknown_downtime_cannot_be_changed(empty: httpx.AsyncClient) -> None:
    answer = await change(empty, UNKNOWN, message="x")

    assert (answer.status_code, answer.json()) == (404, {"errors": ["Downtime not found"]})


async def test_cancelled_downtime_stays_cancelled(empty: httpx.AsyncClient) -> None:
    old = await create(empty)
    await empty.delete(f"{DOWNTIMES}/{old['id']}")

    new = await change(empty, old["id"], message="too late")

    assert new.json()["data"]["attributes"]["status"] == "canceled"
