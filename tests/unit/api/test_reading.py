"""Lists, details, health and errors."""

from datetime import timedelta

import pytest

from domain.analysis import AnalysisKey
from domain.errors import RateLimited, Unavailable
from domain.progress import Progress
from tests.factories import a_frame, a_muting, an_incident
from tests.unit.api.front import TOKEN, Front


def test_empty_lists_are_lists(front: Front) -> None:
    assert front.client.get("/v1/webhooks/events").json() == {
        "events": [],
        "total_count": 0,
        "total_is_exact": True,
        "next": None,
        "page": 1,
        "per_page": 50,
    }
    assert front.client.get("/v1/incidents").json()["incidents"] == []


def test_the_newest_event_comes_first(front: Front) -> None:
    for number in ("1", "2"):
        front.client.post("/v1/webhooks/receive", json={"id": number, "alert_title": number})

    found = front.client.get("/v1/webhooks/events?per_page=1").json()

    assert ([event["id"] for event in found["events"]], found["total_count"]) == ([2], 2)


@pytest.mark.parametrize("query", ["page=0&per_page=101", "page=x&per_page=-1", "page=&per_page="])
def test_a_page_that_makes_no_sense_is_the_first_of_fifty(front: Front, query: str) -> None:
    found = front.client.get(f"/v1/webhooks/events?{query}").json()

    assert (found["page"], found["per_page"]) == (1, 50)


def test_an_event_answers_with_the_fields_of_the_first_rayne(front: Front) -> None:
    front.client.post("/v1/webhooks/receive", json={"id": "1", "monitor_id": 42, "tags": "a:b, c"})

    payload = front.client.get("/v1/webhooks/events/1").json()["payload"]

    assert (payload["monitor_id"], payload["tags"], payload["hostname"]) == (42, ["a:b", "c"], "")
    assert len(payload) == 31


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/webhooks/events/999", 404, "NotFound"),
        ("/v1/webhooks/events/abc", 400, "InvalidInput"),
        ("/v1/incidents/999", 404, "NotFound"),
        ("/v1/incidents/999/progress", 404, "NotFound"),
        ("/v1/incidents/abc", 400, "InvalidInput"),
        ("/nowhere", 404, "NotFound"),
    ],
)
def test_errors_have_one_shape(front: Front, path: str, status: int, code: str) -> None:
    reply = front.client.get(path)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["error"]


def test_a_wrong_method_is_405_and_says_what_is_allowed(front: Front) -> None:
    reply = front.client.delete("/v1/webhooks/receive")

    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
    assert reply.json()["code"] == "MethodNotAllowed"


def test_a_busy_upstream_says_when_to_come_back(front: Front) -> None:
    front.state.fails_with = RateLimited("slow down", retry_after=timedelta(seconds=7))

    reply = front.client.get("/v1/incidents")

    assert (reply.status_code, reply.headers["retry-after"]) == (503, "7")


def test_an_incident_tells_its_story(front: Front) -> None:
    front.incidents.add(an_incident())

    found = front.client.get("/v1/incidents/7").json()

    assert found["workflow_id"] == "incident-7"
    assert [moment["what"] for moment in found["timeline"]] == ["incident opened"]
    assert found["analyses"] == []


async def test_progress_is_what_the_run_says(front: Front) -> None:
    front.incidents.add(an_incident())
    await front.analyses.open_analysis(a_frame())
    front.runs.known[AnalysisKey(incident_id=7, number=1)] = Progress.planned(("logs",))

    found = front.client.get("/v1/incidents/7/progress").json()

    assert found == {"steps": [{"name": "logs", "state": "waiting", "note": ""}]}


def test_health_is_what_it_always_was(front: Front) -> None:
    assert front.client.get("/health").json() == {"status": "healthy"}


def test_readiness_names_each_dependency(front: Front) -> None:
    reply = front.client.get("/health/ready")

    assert reply.status_code == 200
    assert [dependency["name"] for dependency in reply.json()["dependencies"]] == [
        "postgres",
        "temporal",
    ]


def test_without_temporal_deliveries_are_still_taken(front: Front) -> None:
    front.down["temporal"] = Unavailable("Temporal cannot be reached")

    reply = front.client.get("/health/ready")

    assert (reply.status_code, reply.json()["status"]) == (200, "degraded")


def test_without_postgres_the_process_is_not_ready(front: Front) -> None:
    front.down["postgres"] = Unavailable("PostgreSQL cannot be reached")

    reply = front.client.get("/health/ready")

    assert (reply.status_code, reply.json()["status"]) == (503, "unavailable")


def test_the_api_token_opens_the_lists(front: Front) -> None:
    front.expose()

    assert front.client.get("/v1/incidents").status_code == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert front.client.get("/v1/incidents", headers=headers).status_code == 200


def test_health_needs_no_token(front: Front) -> None:
    front.expose()

    assert front.client.get("/health/ready").status_code == 200


def test_an_incident_shows_what_was_muted_for_it(front: Front) -> None:
    front.incidents.add(an_incident(downtimes=(a_muting(downtime_id="d-1"),)))

    [downtime] = front.client.get("/v1/incidents/7").json()["downtimes"]

    assert (downtime["downtime_id"], downtime["state"]) == ("d-1", "planned")
    assert downtime["scope"] == "env:prod AND service:checkout"
