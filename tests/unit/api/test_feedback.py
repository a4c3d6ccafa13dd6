"""Feedback: kept first, then told to memory; nonsense is refused by name."""

import pytest

from domain.errors import Unavailable
from tests.factories import an_incident
from tests.unit.api.front import Front

FEEDBACK = "/v1/incidents/7/feedback"
CONFIRMED = {"verdict": "confirmed", "author": "mia"}


@pytest.fixture
def explained(front: Front) -> Front:
    """Incident 7 has a finished analysis."""
    front.incidents.add(an_incident(outcome="CONFIRMED"))
    return front


def test_a_verdict_is_kept_and_memory_is_told(explained: Front) -> None:
    reply = explained.client.post(FEEDBACK, json=CONFIRMED)

    assert reply.status_code == 202
    assert reply.json() == {"incident_id": 7, "verdict": "confirmed", "workflow_id": "learn-7"}
    assert explained.runs.told_of_feedback == [7]


def test_what_was_said_can_be_read_back_in_order(explained: Front) -> None:
    explained.client.post(FEEDBACK, json=CONFIRMED)
    explained.client.post(FEEDBACK, json={"verdict": "corrected", "cause": "The disk was full."})

    given = explained.client.get(FEEDBACK).json()["feedback"]

    assert [one["verdict"] for one in given] == ["confirmed", "corrected"]
    assert given[1]["cause"] == "The disk was full."


def test_it_is_kept_even_if_memory_cannot_be_told(explained: Front) -> None:
    explained.runs.fails_with = Unavailable("Temporal cannot be reached")

    reply = explained.client.post(FEEDBACK, json=CONFIRMED)

    assert reply.status_code == 503
    assert len(explained.state.feedback) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "verdict"),
        ({"verdict": "maybe"}, "verdict"),
        ({"verdict": "corrected"}, "cause"),
        ({"verdict": "corrected", "cause": "  "}, "cause"),
        ({"verdict": "confirmed", "cause": "x" * 2_001}, "cause"),
        ({"verdict": "confirmed", "colour": "red"}, "colour"),
    ],
)
def test_a_word_that_cannot_be_understood_is_refused_by_its_field(
    explained: Front, body: dict[str, str], field: str
) -> None:
    reply = explained.client.post(FEEDBACK, json=body)

    assert reply.status_code == 422
    assert field in reply.json()["error"]
    assert explained.state.feedback == []


def test_an_incident_without_a_finished_analysis_cannot_be_judged(front: Front) -> None:
    front.incidents.add(an_incident(outcome=""))

    assert front.client.post(FEEDBACK, json=CONFIRMED).status_code == 409


def test_an_unknown_incident_is_not_found(front: Front) -> None:
    assert front.client.post(FEEDBACK, json=CONFIRMED).status_code == 404
    assert front.client.get(FEEDBACK).status_code == 404
