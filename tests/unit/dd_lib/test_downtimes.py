"""Laws of downtimes: found by their key, read in either form, cancelled at most once."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from dd_lib.downtimes import list_downtimes, update_downtime
from domain.downtimes import DowntimeRequest, DowntimeStatus, owner_key
from domain.errors import InvalidInput, NotFound
from tests.factories import NOON
from tests.unit.dd_lib.conversations import Script, client_of, talking_to

KEY = owner_key("1a2b3c4d5e", "episode", 1, 7)
SCHEDULE = {"start": "2026-01-02T12:00:00+00:00", "end": "2026-01-02T14:00:00+00:00"}


def a_downtime(id: str = "d-1", **changes: Any) -> dict[str, Any]:
    attributes = {
        "status": "active",
        "scope": "env:prod AND service:checkout",
        "message": f"Muted by Rayne.\n\nKey: {KEY}",
        "monitor_identifier": {"monitor_id": 42},
        "schedule": SCHEDULE,
    }
    return {"id": id, "type": "downtime", "attributes": attributes | changes}


def many(*downtimes: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    page = {"total_filtered_count": len(downtimes) if total is None else total}
    return {"data": list(downtimes), "meta": {"page": page}}


async def test_a_downtime_is_found_by_the_key_in_its_message() -> None:
    script = Script(many(a_downtime("d-0", message="by hand"), a_downtime("d-1")))

    async with talking_to(script) as api:
        found = await api.find_downtime(KEY)

    assert found is not None
    assert (found.id, found.key, found.monitor_id) == ("d-1", KEY, 42)
    assert found.end_at == NOON + timedelta(hours=2)


@pytest.mark.parametrize("status", ["canceled", "ended"])
async def test_one_that_is_over_is_not_found(status: str) -> None:
    async with talking_to(Script(many(a_downtime(status=status)))) as api:
        assert await api.find_downtime(KEY) is None


async def test_one_that_is_yet_to_come_is_found() -> None:
    script = Script(many(a_downtime(status="scheduled")))

    async with talking_to(script) as api:
        found = await api.find_downtime(KEY)

    assert found is not None
    assert script.requests[0].url.params["current_only"] == "false"


async def test_the_key_is_looked_for_on_every_page() -> None:
    first = many(a_downtime("d-0", message=""), total=2)
    script = Script(first, many(a_downtime("d-1"), total=2))

    async with talking_to(script) as api:
        found = await api.find_downtime(KEY)

    assert found is not None
    assert script.requests[1].url.params["page[offset]"] == "1"


async def test_a_list_without_meta_ends_at_an_empty_page() -> None:
    script = Script({"data": [a_downtime()]}, {"data": []})

    async with client_of(script) as client:
        found = await list_downtimes(client, limit=10)

    assert len(found.items) == 1


async def test_one_that_mutes_by_tags_has_no_monitor() -> None:
    script = Script(many(a_downtime(monitor_identifier={"monitor_tags": ["*"]})))

    async with client_of(script) as client:
        (found,) = (await list_downtimes(client, limit=10)).items

    assert found.monitor_id is None


async def test_a_recurring_one_has_the_times_of_its_current_turn() -> None:
    schedule = {"timezone": "UTC", "recurrences": [{}], "current_downtime": SCHEDULE}
    script = Script(many(a_downtime(schedule=schedule)))

    async with client_of(script) as client:
        (found,) = (await list_downtimes(client, limit=10)).items

    assert (found.start_at, found.end_at) == (NOON, NOON + timedelta(hours=2))


async def test_one_by_hand_without_a_message_or_end_is_read() -> None:
    schedule = {"start": SCHEDULE["start"], "end": None}
    script = Script(many(a_downtime(message=None, schedule=schedule)))

    async with client_of(script) as client:
        (found,) = (await list_downtimes(client, limit=10)).items

    assert (found.key, found.message, found.end_at) == ("", "", None)
    assert found.status is DowntimeStatus.ACTIVE


async def test_creating_names_one_monitor_and_an_end() -> None:
    script = Script({"data": a_downtime()})
    request = DowntimeRequest(
        key=KEY, monitor_id=42, scope="env:prod", message=KEY, end_at=NOON + timedelta(hours=2)
    )

    async with talking_to(script) as api:
        created = await api.create_downtime(request)

    sent = json.loads(script.requests[0].content)["data"]["attributes"]
    assert sent["monitor_identifier"] == {"monitor_id": 42}
    assert sent["schedule"] == {"start": None, "end": "2026-01-02T14:00:00.000+00:00"}
    assert created.id == "d-1"


async def test_cancelling_reads_no_answer() -> None:
    script = Script(httpx.Response(204, headers={"Content-Type": "text/html"}))

    async with talking_to(script) as api:
        await api.cancel_downtime("d-1")

    assert (script.requests[0].method, script.requests[0].url.path) == (
        "DELETE",
        "/api/v2/downtime/d-1",
    )


async def test_cancelling_what_never_was_is_not_found() -> None:
    async with talking_to(Script(httpx.Response(404, json={"errors": ["gone"]}))) as api:
        with pytest.raises(NotFound):
            await api.cancel_downtime("d-1")


@pytest.mark.parametrize("id", ["", ".", ".."])
async def test_an_id_that_would_name_another_address_is_refused(id: str) -> None:
    script = Script(httpx.Response(204))

    async with talking_to(script) as api:
        with pytest.raises(InvalidInput):
            await api.cancel_downtime(id)

    assert script.requests == []


async def test_a_change_sends_only_what_changes() -> None:
    script = Script({"data": a_downtime()})

    async with client_of(script) as client:
        await update_downtime(client, "d-1", end_at=NOON)

    sent = json.loads(script.requests[0].content)["data"]
    assert sent["id"] == "d-1"
    assert sent["attributes"] == {"schedule": {"end": "2026-01-02T12:00:00.000+00:00"}}
