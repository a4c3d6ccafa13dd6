"""Counts, a monitor's past, and another chance for deliveries that had no effect."""

from typing import Any

import pytest

from activities.notices import NoticeActivities
from activities.reactions import ReactionActivities
from api.routes.webhook_history import PROCESSORS
from domain.deliveries import EventStatus
from domain.errors import Unavailable
from tests.factories import NOON, a_delivery
from tests.unit.api.front import Front
from workers.registry import WORKFLOWS

REPROCESS = "/v1/webhooks/reprocess"


def receive(front: Front, **body: Any) -> None:
    front.client.post("/v1/webhooks/receive", json={"alert_transition": "Triggered"} | body)


async def fail(front: Front, raw: bytes, key: str = "body:1") -> None:
    """What an older reader could not make sense of."""
    await front.resources.inbox.store(
        a_delivery(raw=raw, key=key, key_expires=True, alert=None, problem="not understood")
    )


def test_stats_count_every_delivery(front: Front) -> None:
    receive(front, id="1", monitor_id="42")
    receive(front, id="2", monitor_id="42", alert_transition="Recovered")
    front.client.post("/v1/webhooks/receive", content=b"{oops")

    assert front.client.get("/v1/webhooks/stats").json() == {
        "total_events": 3,
        "by_status": {"pending": 2, "failed": 1},
        "by_alert_status": {"Alert": 1, "OK": 1, "": 1},
        "last_24h": 3,
    }


def test_stats_of_nothing_are_zeros(front: Front) -> None:
    assert front.client.get("/v1/webhooks/stats").json() == {
        "total_events": 0,
        "by_status": {},
        "by_alert_status": {},
        "last_24h": 0,
    }


def test_a_monitors_past_is_a_bare_list_newest_first(front: Front) -> None:
    for number, monitor_id in enumerate(("42", "7", "42"), start=1):
        receive(front, id=str(number), monitor_id=monitor_id, alert_title=f"alert {number}")

    found = front.client.get("/v1/webhooks/monitor/42").json()

    assert [event["id"] for event in found] == [3, 1]
    assert found[0]["payload"]["alert_title"] == "alert 3"
    assert found[0]["payload"]["monitor_id"] == 42


def test_a_monitor_without_a_past_has_an_empty_list(front: Front) -> None:
    assert front.client.get("/v1/webhooks/monitor/42").json() == []


@pytest.mark.parametrize(
    ("limit", "found"), [("", 50), ("?limit=2", 2), ("?limit=0", 50), ("?limit=x", 50)]
)
def test_a_limit_that_makes_no_sense_is_fifty(front: Front, limit: str, found: int) -> None:
    for number in range(51):
        receive(front, id=str(number), monitor_id="42")

    assert len(front.client.get(f"/v1/webhooks/monitor/42{limit}").json()) == found


def test_a_monitor_that_is_no_number_is_400(front: Front) -> None:
    assert front.client.get("/v1/webhooks/monitor/abc").status_code == 400


async def test_what_todays_reader_understands_is_queued(front: Front) -> None:
    await fail(front, b'{"id": "9", "alert_title": "CPU", "monitor_id": "42"}')

    reply = front.client.post(REPROCESS)

    event = front.client.get("/v1/webhooks/events/1").json()
    assert (reply.status_code, reply.json()) == (200, {"status": "reprocessing", "queued": 1})
    assert (event["status"], event["error"], event["payload"]["monitor_id"]) == (
        "pending",
        None,
        42,
    )
    assert event["received_at"] == NOON.isoformat().replace("+00:00", "Z")


async def test_every_failed_delivery_is_read_again_however_many_there_are(front: Front) -> None:
    for number in range(25):
        body = b'{"id": "%d", "alert_title": "CPU"}' % number
        await fail(front, body, key=f"body:{number}")

    assert front.client.post(REPROCESS).json()["queued"] == 25


async def test_what_cannot_be_read_today_either_stays_failed(front: Front) -> None:
    await fail(front, b"{oops")

    assert front.client.post(REPROCESS).json()["queued"] == 0
    assert front.client.get("/v1/webhooks/events/1").json()["status"] == "failed"


async def test_reprocessing_twice_changes_nothing_more(front: Front) -> None:
    await fail(front, b'{"id": "9", "alert_title": "CPU"}')
    first = front.client.post(REPROCESS).json()
    before = front.client.get("/v1/webhooks/events").json()

    second = front.client.post(REPROCESS).json()

    assert second == first
    assert front.client.get("/v1/webhooks/events").json() == before


def test_what_was_processed_has_no_second_effect(front: Front) -> None:
    receive(front, id="1", monitor_id="42")
    front.state.events[0].status = EventStatus.PROCESSED
    before = front.client.get("/v1/webhooks/events/1").json()

    reply = front.client.post(REPROCESS)

    assert reply.json()["queued"] == 0
    assert front.client.get("/v1/webhooks/events/1").json() == before


async def test_a_failed_delivery_that_was_sent_again_meanwhile_stays_failed(front: Front) -> None:
    await fail(front, b'{"id": "9", "alert_title": "CPU", "alert_transition": "Triggered"}')
    receive(front, id="9", alert_title="CPU")

    assert front.client.post(REPROCESS).json()["queued"] == 1
    assert front.client.get("/v1/webhooks/events/1").json()["status"] == "failed"


def test_reprocessing_needs_the_inbox(front: Front) -> None:
    front.state.fails_with = Unavailable("PostgreSQL cannot be reached")

    assert front.client.post(REPROCESS).status_code == 503


def test_processors_are_listed_and_counted(front: Front) -> None:
    assert front.client.get("/v1/webhooks/processors").json() == {
        "processors": list(PROCESSORS),
        "count": len(PROCESSORS),
    }


@pytest.mark.parametrize("path", ["stats", "monitor/42", "processors"])
def test_none_of_it_is_for_strangers(front: Front, path: str) -> None:
    front.expose()

    assert front.client.get(f"/v1/webhooks/{path}").status_code == 401
    assert front.client.post(REPROCESS).status_code == 401


def test_every_processor_is_something_that_a_worker_does() -> None:
    steps = {
        ReactionActivities.forward_delivery.__name__,
        NoticeActivities.send_notice.__name__,
    }
    runs = {workflow.__name__ for workflow in WORKFLOWS}

    assert set(PROCESSORS.values()) <= steps | runs


async def test_a_failed_delivery_that_can_be_read_now_is_handed_over(front: Front) -> None:
    await fail(front, b'{"id": "1", "monitor_id": "42"}')

    reply = front.client.post("/v1/webhooks/events/1/retry")

    assert reply.json() == {"event_id": 1, "status": "pending"}


async def test_one_that_still_cannot_be_read_says_why(front: Front) -> None:
    await fail(front, b"{oops")

    reply = front.client.post("/v1/webhooks/events/1/retry")

    assert reply.status_code == 409
    assert "JSON" in reply.json()["error"]


def test_retrying_what_did_not_fail_changes_nothing(front: Front) -> None:
    receive(front, id="1", monitor_id="42")

    assert front.client.post("/v1/webhooks/events/1/retry").json()["status"] == "pending"
    assert front.client.get("/v1/webhooks/events").json()["total_count"] == 1


def test_an_unknown_delivery_cannot_be_retried(front: Front) -> None:
    assert front.client.post("/v1/webhooks/events/9/retry").status_code == 404
