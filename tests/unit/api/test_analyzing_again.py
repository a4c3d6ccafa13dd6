"""Asking for another analysis: one at a time, under the next number."""

from domain.analysis import AnalysisKey
from domain.errors import Unavailable
from domain.incidents import IncidentState
from tests.factories import a_conclusion, a_frame, an_incident
from tests.unit.api.front import Front

ANALYZE = "/v1/incidents/7/analyze"


async def finish(front: Front, number: int) -> None:
    await front.analyses.open_analysis(a_frame(number=number))
    key = AnalysisKey(incident_id=7, number=number)
    await front.analyses.finish_analysis(key, (), a_conclusion())


async def test_a_finished_incident_is_analysed_under_the_next_number(front: Front) -> None:
    front.incidents.add(an_incident())
    await finish(front, 1)

    reply = front.client.post(ANALYZE)

    assert reply.status_code == 202
    assert reply.json() == {
        "incident_id": 7,
        "analysis": 2,
        "started": True,
        "workflow_id": "rca-7-2",
    }
    assert front.runs.analysed_again == [AnalysisKey(incident_id=7, number=2)]


async def test_a_failed_analysis_can_be_followed_by_another(front: Front) -> None:
    front.incidents.add(an_incident())
    await front.analyses.open_analysis(a_frame())
    await front.analyses.fail_analysis(AnalysisKey(incident_id=7, number=1), "a defect")

    assert front.client.post(ANALYZE).json()["analysis"] == 2


async def test_while_one_is_under_way_none_is_started(front: Front) -> None:
    front.incidents.add(an_incident())
    await front.analyses.open_analysis(a_frame())

    reply = front.client.post(ANALYZE).json()

    assert (reply["analysis"], reply["started"]) == (1, False)
    assert front.runs.analysed_again == []


def test_an_open_incident_is_about_to_get_its_first(front: Front) -> None:
    front.incidents.add(an_incident(state=IncidentState.OPEN))

    reply = front.client.post(ANALYZE).json()

    assert (reply["analysis"], reply["started"]) == (1, False)


def test_an_incident_that_ended_without_one_gets_its_first(front: Front) -> None:
    front.incidents.add(an_incident(state=IncidentState.IDLE))

    reply = front.client.post(ANALYZE).json()

    assert (reply["analysis"], reply["started"]) == (1, True)


def test_without_temporal_the_answer_is_503(front: Front) -> None:
    front.incidents.add(an_incident(state=IncidentState.IDLE))
    front.runs.fails_with = Unavailable("Temporal cannot be reached")

    assert front.client.post(ANALYZE).status_code == 503


def test_an_unknown_incident_is_not_found(front: Front) -> None:
    assert front.client.post(ANALYZE).status_code == 404
