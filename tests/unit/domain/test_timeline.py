"""The story of an incident, in order."""

from datetime import timedelta

from domain.alerts import Transition
from domain.analysis import AnalysisKey, AnalysisRecord, AnalysisState
from domain.incidents import IncidentState
from domain.timeline import timeline
from tests.factories import NOON, a_conclusion, an_alert, an_incident


def test_the_story_runs_from_alert_to_recovery() -> None:
    incident = an_incident(
        state=IncidentState.RESOLVED,
        opened_at=NOON + timedelta(seconds=1),
        ended_at=NOON + timedelta(minutes=10),
    )
    recovered = an_alert(transition=Transition.RECOVERED, happened_at=NOON + timedelta(minutes=9))
    analysis = AnalysisRecord(
        key=AnalysisKey(incident_id=7, number=1),
        state=AnalysisState.FINISHED,
        started_at=NOON + timedelta(seconds=2),
        finished_at=NOON + timedelta(seconds=20),
        conclusion=a_conclusion(),
    )

    story = [moment.what for moment in timeline(incident, (recovered, an_alert()), (analysis,))]

    assert story == [
        "Triggered: Error rate is high",
        "incident opened",
        "analysis 1 started",
        "analysis 1 finished: LIKELY",
        "Recovered: Error rate is high",
        "incident resolved",
    ]


def test_a_failed_analysis_is_part_of_the_story() -> None:
    failed = AnalysisRecord(
        key=AnalysisKey(incident_id=7, number=2),
        state=AnalysisState.FAILED,
        started_at=NOON,
        finished_at=NOON,
        error="boom",
    )

    story = [moment.what for moment in timeline(an_incident(), (), (failed,))]

    assert "analysis 2 failed" in story
