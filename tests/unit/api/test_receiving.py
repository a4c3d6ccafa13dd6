"""The front door: whatever comes is kept and answered 202; only a full stop is 503."""

import json

import pytest

from domain.deliveries import EventStatus
from domain.errors import Unavailable
from domain.notebook import NotebookReference
from tests.unit.api.front import SECRET, TOKEN, Front

ALERT = {"id": "1", "alert_title": "CPU", "alert_transition": "Triggered", "monitor_id": "42"}
RECEIVE = "/v1/webhooks/receive"


def test_an_alert_is_answered_202_with_its_event_id(front: Front) -> None:
    reply = front.client.post(RECEIVE, json=ALERT)

    assert reply.status_code == 202
    assert reply.json() == {
        "event_id": 1,
        "status": "accepted",
        "message": "stored; its incident is being looked at",
        "duplicate": False,
        "workflow_id": None,
        "notebook": None,
    }


def test_a_redelivery_gets_the_same_event_id(front: Front) -> None:
    first = front.client.post(RECEIVE, json=ALERT).json()
    second = front.client.post(RECEIVE, json=ALERT).json()

    assert (first["event_id"], first["duplicate"]) == (1, False)
    assert (second["event_id"], second["duplicate"]) == (1, True)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"a=b", b'"text"'])
def test_what_cannot_be_read_is_kept_as_it_came(front: Front, body: bytes) -> None:
    reply = front.client.post(RECEIVE, content=body)

    assert reply.status_code == 202
    (event,) = front.state.events
    assert event.delivery.raw == body


def test_an_unreadable_delivery_is_listed_as_failed_with_its_reason(front: Front) -> None:
    front.client.post(RECEIVE, content=b"{oops")

    event = front.client.get("/v1/webhooks/events/1").json()

    assert event["status"] == EventStatus.FAILED
    assert event["error"]


def test_a_delivery_that_cannot_be_stored_is_answered_503(front: Front) -> None:
    front.state.fails_with = Unavailable("PostgreSQL cannot be reached")

    reply = front.client.post(RECEIVE, json=ALERT)

    assert reply.status_code == 503
    assert reply.json() == {"error": "PostgreSQL cannot be reached", "code": "Unavailable"}


def test_a_duplicate_tells_of_the_notebook_that_exists(front: Front) -> None:
    front.client.post(RECEIVE, json=ALERT)
    front.tie_to_incident(NotebookReference(id=77, url="https://app.datadoghq.com/notebook/77"))

    reply = front.client.post(RECEIVE, json=ALERT).json()

    assert reply["workflow_id"] == "incident-7"
    assert reply["notebook"] == {"id": "77", "url": "https://app.datadoghq.com/notebook/77"}


def test_waiting_ends_when_the_time_is_up(front: Front) -> None:
    reply = front.client.post(f"{RECEIVE}?wait=0.3", json=ALERT)

    assert reply.status_code == 202
    assert reply.json()["notebook"] is None


@pytest.mark.parametrize("wait", ["abc", "-1", "nan", "inf", ""])
def test_a_wait_that_makes_no_sense_loses_no_alert(front: Front, wait: str) -> None:
    reply = front.client.post(f"{RECEIVE}?wait={wait}", json=ALERT)

    assert reply.status_code == 202
    assert len(front.state.events) == 1


def test_a_stranger_without_the_secret_is_turned_away(front: Front) -> None:
    front.expose()

    reply = front.client.post(RECEIVE, json=ALERT)

    assert reply.status_code == 401
    assert SECRET not in reply.text
    assert front.state.events == []


@pytest.mark.parametrize(
    "header",
    [{"X-Rayne-Webhook-Secret": SECRET}, {"Authorization": f"Bearer {TOKEN}"}],
)
def test_datadog_with_the_secret_is_let_in(front: Front, header: dict[str, str]) -> None:
    front.expose()

    assert front.client.post(RECEIVE, json=ALERT, headers=header).status_code == 202


def test_a_page_that_rebinds_its_name_to_this_machine_is_turned_away(front: Front) -> None:
    reply = front.client.post(RECEIVE, json=ALERT, headers={"Host": "evil.example"})

    assert reply.status_code == 401


def test_the_webhook_secret_does_not_open_the_lists(front: Front) -> None:
    front.expose()
    headers = {"X-Rayne-Webhook-Secret": SECRET}

    assert front.client.get("/v1/webhooks/events", headers=headers).status_code == 401


def test_an_id_over_two_to_the_53_survives_exactly(front: Front) -> None:
    body = {**ALERT, "id": "9007199254740993777"}
    front.client.post(RECEIVE, json=body)

    event = front.client.get("/v1/webhooks/events/1").json()

    assert event["alert"]["event_id"] == "9007199254740993777"


def test_a_giant_body_is_cut_and_kept_not_refused(front: Front) -> None:
    giant = json.dumps({"id": "1", "body": "x" * 11_000_000}).encode()

    reply = front.client.post(RECEIVE, content=giant)

    assert reply.status_code == 202
    assert len(front.state.events[0].delivery.raw) == 10 * 1024 * 1024
