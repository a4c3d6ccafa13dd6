"""Downtimes by hand: listed as they are, made narrow and once, ended for good."""

from datetime import timedelta
from typing import Any

import pytest

from domain.downtimes import Downtime, DowntimeStatus
from domain.errors import Unavailable
from tests.factories import NOON
from tests.unit.api.front import Front

DOWNTIMES = "/v1/downtimes"
ID = "00000000-0000-0000-0000-000000000007"
WISH: dict[str, Any] = {"monitor_id": 42, "scope": "env:prod AND service:checkout"}


def known(front: Front, **changes: Any) -> Downtime:
    defaults: dict[str, Any] = {"id": ID, "monitor_id": 42, "scope": "env:prod"}
    downtime = Downtime(**(defaults | changes))
    front.datadog.downtimes[downtime.id] = downtime
    return downtime


def test_no_downtimes_are_empty_lists(front: Front) -> None:
    assert front.client.get(DOWNTIMES).json() == {
        "ids": [],
        "scopes": [],
        "downtimes": [],
        "partial": "",
    }


def test_the_parallel_arrays_agree_with_the_list(front: Front) -> None:
    known(front, message="why", start_at=NOON, status=DowntimeStatus.SCHEDULED)

    found = front.client.get(DOWNTIMES).json()

    assert found == {
        "ids": [ID],
        "scopes": ["env:prod"],
        "downtimes": [
            {
                "id": ID,
                "monitor_id": 42,
                "scope": "env:prod",
                "status": "scheduled",
                "start": "2026-01-02T12:00:00Z",
                "end": None,
                "message": "why",
            }
        ],
        "partial": "",
    }


def test_only_current_ones_are_listed_where_that_is_asked(front: Front) -> None:
    known(front, status=DowntimeStatus.CANCELED)

    assert front.client.get(f"{DOWNTIMES}?current_only=true").json()["ids"] == []
    assert front.client.get(DOWNTIMES).json()["ids"] == [ID]


def test_a_new_downtime_is_answered_201_as_datadog_has_it(front: Front) -> None:
    reply = front.client.post(DOWNTIMES, json=WISH | {"duration_minutes": 30})

    made = reply.json()
    (request,) = front.datadog.created
    assert reply.status_code == 201
    assert (made["monitor_id"], made["scope"]) == (42, "env:prod AND service:checkout")
    assert request.end_at == NOON + timedelta(minutes=30)
    assert request.key in made["message"]


def test_without_an_end_it_lasts_two_hours(front: Front) -> None:
    front.client.post(DOWNTIMES, json=WISH)

    assert front.datadog.created[0].end_at == NOON + timedelta(hours=2)


def test_the_same_downtime_asked_twice_exists_once(front: Front) -> None:
    first = front.client.post(DOWNTIMES, json=WISH)
    second = front.client.post(DOWNTIMES, json=WISH)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert len(front.datadog.created) == 1


def test_an_answer_that_got_lost_does_not_double_the_downtime(front: Front) -> None:
    front.datadog.crashes_with = Unavailable("the connection broke before the answer came")

    lost = front.client.post(DOWNTIMES, json=WISH)
    again = front.client.post(DOWNTIMES, json=WISH)

    assert (lost.status_code, again.status_code) == (503, 200)
    assert len(front.datadog.created) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scope": "*"}, "scope"),
        ({"scope": "env:*"}, "scope"),
        ({"scope": ""}, "scope"),
        ({"scope": None}, "scope"),
        ({"monitor_id": None}, "monitor_id"),
        ({"monitor_id": 0}, "monitor_id"),
        ({"duration_minutes": 0}, "duration_minutes"),
        ({"duration_minutes": 7 * 24 * 60 + 1}, "duration_minutes"),
        ({"end": "2026-01-02T13:00:00"}, "end"),
        ({"end": "2026-01-02T13:00:00Z", "duration_minutes": 5}, "duration_minutes"),
        ({"start": "2026-01-02T13:00:00Z", "end": "2026-01-02T13:00:00Z"}, "end"),
        ({"monitor_tags": ["*"]}, "monitor_tags"),
    ],
)
def test_what_is_not_one_group_for_a_time_is_refused(
    front: Front, change: dict[str, Any], field: str
) -> None:
    reply = front.client.post(DOWNTIMES, json=WISH | change)

    assert (reply.status_code, reply.json()["code"]) == (422, "InvalidInput")
    assert field in reply.json()["error"]
    assert front.datadog.created == []


@pytest.mark.parametrize("missing", ["monitor_id", "scope"])
def test_monitor_and_scope_must_both_be_said(front: Front, missing: str) -> None:
    body = {field: value for field, value in WISH.items() if field != missing}

    assert front.client.post(DOWNTIMES, json=body).status_code == 422
    assert front.datadog.created == []


def test_a_cancelled_downtime_is_cancelled_in_datadog(front: Front) -> None:
    known(front)

    reply = front.client.delete(f"{DOWNTIMES}/{ID}")

    assert (reply.status_code, reply.content) == (204, b"")
    assert front.datadog.cancelled == [ID]


def test_cancelling_again_is_answered_the_same(front: Front) -> None:
    known(front, status=DowntimeStatus.CANCELED)

    assert front.client.delete(f"{DOWNTIMES}/{ID}").status_code == 204


def test_the_run_that_made_it_is_told(front: Front) -> None:
    known(front, key="rayne-7-0123456789ab")
    front.runs.running.add("rayne-7-0123456789ab")

    front.client.delete(f"{DOWNTIMES}/{ID}")

    assert front.runs.cancelled == ["rayne-7-0123456789ab"]


def test_a_run_that_is_over_needs_no_telling(front: Front) -> None:
    known(front, key="rayne-7-0123456789ab")

    assert front.client.delete(f"{DOWNTIMES}/{ID}").status_code == 204


@pytest.mark.parametrize("key", ["", "rayne-0-0123456789ab"])
def test_for_a_downtime_of_somebody_elses_no_run_is_sought(front: Front, key: str) -> None:
    known(front, key=key)

    front.client.delete(f"{DOWNTIMES}/{ID}")

    assert front.runs.cancelled == []


def test_a_downtime_that_does_not_exist_cannot_be_cancelled(front: Front) -> None:
    assert front.client.delete(f"{DOWNTIMES}/{ID}").status_code == 404
    assert front.datadog.cancelled == []


def test_an_id_of_the_first_api_is_a_bad_id(front: Front) -> None:
    reply = front.client.delete(f"{DOWNTIMES}/12345")

    assert (reply.status_code, reply.json()["code"]) == (400, "InvalidInput")
