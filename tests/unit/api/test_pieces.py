"""Lists by the piece: each goes on where the one before ended."""

from typing import Any

import pytest

from domain.incidents import IncidentState
from tests.factories import an_incident
from tests.unit.api.front import Front


def receive(front: Front, *bodies: str) -> None:
    for body in bodies:
        front.client.post("/v1/webhooks/receive", content=body)


def get(front: Front, path: str) -> Any:
    return front.client.get(path).json()


def test_pieces_add_up_to_the_list_though_more_comes_meanwhile(front: Front) -> None:
    receive(front, *(f'{{"id": "{n}"}}' for n in range(5)))
    first = get(front, "/v1/webhooks/events?per_page=2")
    receive(front, '{"id": "new"}')

    second = get(front, f"/v1/webhooks/events?per_page=2&before={first['next']}")
    third = get(front, f"/v1/webhooks/events?per_page=2&before={second['next']}")

    ids = [event["id"] for piece in (first, second, third) for event in piece["events"]]
    assert ids == [5, 4, 3, 2, 1]
    assert third["next"] is None


def test_only_what_failed_is_listed_with_its_reason(front: Front) -> None:
    receive(front, '{"id": "1", "monitor_id": "42"}', "{oops")

    found = get(front, "/v1/webhooks/events?status=failed")

    assert [event["id"] for event in found["events"]] == [2]
    assert "JSON" in found["events"][0]["error"]
    assert found["total_count"] == 1


def test_only_open_incidents_are_listed_where_those_are_wanted(front: Front) -> None:
    for number, state in enumerate(IncidentState, start=1):
        front.incidents.add(an_incident(id=number, key=f"{number:010x}", state=state))

    found = get(front, "/v1/incidents?state=open")

    assert [incident["state"] for incident in found["incidents"]] == ["open"]
    assert found["total_count"] == 1


def test_an_unknown_status_is_refused_by_name(front: Front) -> None:
    reply = front.client.get("/v1/webhooks/events?status=lost")

    assert reply.status_code == 422
    assert "status" in reply.json()["error"]


def test_no_page_is_so_deep_that_it_costs_more_than_it_tells(front: Front) -> None:
    reply = front.client.get("/v1/incidents?page=1000&per_page=100")

    assert reply.status_code == 422
    assert "before" in reply.json()["error"]


@pytest.mark.parametrize("before", ["0", "-1", "x", "99999999999999999999"])
def test_a_beginning_that_makes_no_sense_is_refused(front: Front, before: str) -> None:
    assert front.client.get(f"/v1/incidents?before={before}").status_code == 422


def test_incidents_come_by_the_piece_too(front: Front) -> None:
    for number in (1, 2, 3):
        front.incidents.add(an_incident(id=number, key=f"{number:010x}"))

    piece = get(front, "/v1/incidents?per_page=2&before=3")

    assert [incident["id"] for incident in piece["incidents"]] == [2, 1]
    assert piece["next"] is None
