"""Closing, merging and resuming incidents over HTTP."""

from domain.analysis import AnalysisKey
from domain.incidents import IncidentState
from tests.factories import an_incident
from tests.unit.api.front import Front


def with_incidents(front: Front) -> None:
    for number in (7, 8):
        incident = an_incident(id=number, key=f"{number:010x}", state=IncidentState.OPEN)
        front.incidents.add(incident)


def test_a_closed_incident_is_closed_and_its_run_told(front: Front) -> None:
    with_incidents(front)

    reply = front.client.post("/v1/incidents/7/close", json={"why": "a drill"})

    assert (reply.status_code, reply.json()["closed"]) == (202, True)
    assert front.runs.looking_again == [7]
    assert front.client.get("/v1/incidents/7").json()["closed_why"] == "a drill"


def test_no_reason_need_be_given(front: Front) -> None:
    with_incidents(front)

    assert front.client.post("/v1/incidents/7/close").json()["closed"] is True


def test_closing_again_says_so_and_tells_the_run_again(front: Front) -> None:
    with_incidents(front)
    front.client.post("/v1/incidents/7/close")

    assert front.client.post("/v1/incidents/7/close").json()["closed"] is False
    assert front.runs.looking_again == [7, 7]


def test_a_merged_incidents_analysis_is_stopped_and_both_runs_told(front: Front) -> None:
    with_incidents(front)

    reply = front.client.post("/v1/incidents/7/merge", json={"into": 8})

    assert reply.json() == {"incident_id": 7, "merged_into": 8, "workflow_id": "incident-8"}
    assert front.runs.stopped_analyses == [
        (AnalysisKey(incident_id=7, number=1), "merged into incident 8")
    ]
    assert front.runs.looking_again == [7, 8]


def test_an_incident_is_not_merged_into_itself(front: Front) -> None:
    with_incidents(front)

    reply = front.client.post("/v1/incidents/7/merge", json={"into": 7})

    assert reply.status_code == 422
    assert "into" in reply.json()["error"]


def test_merging_needs_to_know_into_which(front: Front) -> None:
    with_incidents(front)

    assert front.client.post("/v1/incidents/7/merge", json={}).status_code == 422


def test_a_resumed_incidents_run_is_told_and_the_incident_left_as_it_is(front: Front) -> None:
    with_incidents(front)

    reply = front.client.post("/v1/incidents/8/resume")

    assert (reply.status_code, reply.json()) == (
        202,
        {"incident_id": 8, "workflow_id": "incident-8"},
    )
    assert front.runs.looking_again == [8]
    assert front.client.get("/v1/incidents/8").json()["state"] == "open"


def test_what_is_not_there_is_not_found(front: Front) -> None:
    assert front.client.post("/v1/incidents/7/resume").status_code == 404
    assert front.client.post("/v1/incidents/7/close").status_code == 404
    assert front.client.post("/v1/incidents/7/merge", json={"into": 8}).status_code == 404
