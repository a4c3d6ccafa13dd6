"""What people read: short, and nothing that must not leave."""

from datetime import timedelta
from typing import Any

import pytest

from domain.alerts import AlertStatus
from domain.analysis import AnalysisKey, AnalysisRecord, AnalysisState
from domain.incidents import IncidentState, Occasion
from domain.notebook import NotebookReference
from domain.notices import Notice, Notification, Urgency
from domain.notification_text import GREEN, ORANGE, notification
from tests.factories import NOON, a_conclusion, an_episode, an_incident

NOTEBOOK = NotebookReference(id=1, url="https://app.datadoghq.com/notebook/1")
ANALYSIS = AnalysisRecord(
    key=AnalysisKey(incident_id=7, number=1),
    state=AnalysisState.FINISHED,
    started_at=NOON,
    conclusion=a_conclusion(summary="A deployment broke checkout."),
)


def said(
    occasion: Occasion,
    *analyses: AnalysisRecord,
    status: AlertStatus = AlertStatus.ALERT,
    **changes: object,
) -> Notification:
    notice = Notice(incident_id=7, occasion=occasion, status=status)
    return notification(notice, an_incident(**changes), analyses)


def test_an_opened_incident_says_what_alerts_and_where() -> None:
    told = said(Occasion.OPENED)

    assert (told.title, told.colour) == ("Alert: Error rate is high", ORANGE)
    assert told.message == "P2, checkout, prod\nincident 7"


def test_an_alert_without_a_title_is_told_all_the_same() -> None:
    told = said(Occasion.OPENED, title="", priority="", service="", env="")

    assert (told.title, told.message) == ("Alert: an alert without a title", "incident 7")


@pytest.mark.parametrize(
    ("occasion", "status", "priority", "urgency"),
    [
        (Occasion.OPENED, AlertStatus.ALERT, "P1", Urgency.CRITICAL),
        (Occasion.OPENED, AlertStatus.ALERT, "P3", Urgency.CRITICAL),
        (Occasion.OPENED, AlertStatus.ALERT, "", Urgency.CRITICAL),
        (Occasion.OPENED, AlertStatus.ALERT, "P4", Urgency.NORMAL),
        (Occasion.OPENED, AlertStatus.WARN, "P1", Urgency.NORMAL),
        (Occasion.OPENED, AlertStatus.NO_DATA, "", Urgency.NORMAL),
        (Occasion.WORSENED, AlertStatus.ALERT, "P2", Urgency.CRITICAL),
        (Occasion.ANALYSED, AlertStatus.ALERT, "P1", Urgency.NORMAL),
        (Occasion.UNEXPLAINED, AlertStatus.ALERT, "P1", Urgency.NORMAL),
        (Occasion.RESOLVED, AlertStatus.ALERT, "P1", Urgency.LOW),
    ],
)
def test_the_urgency_matches(
    occasion: Occasion, status: AlertStatus, priority: str, urgency: Urgency
) -> None:
    assert said(occasion, status=status, priority=priority).urgency is urgency


def test_an_explained_incident_says_the_outcome_and_where_to_read_on() -> None:
    told = said(Occasion.ANALYSED, ANALYSIS, outcome="LIKELY", notebook=NOTEBOOK)

    assert told.title == "LIKELY: Error rate is high"
    assert told.message == f"A deployment broke checkout.\nincident 7\n{NOTEBOOK.url}"


def test_a_later_analysis_under_way_does_not_hide_the_one_before() -> None:
    running = AnalysisRecord(
        key=AnalysisKey(incident_id=7, number=2), state=AnalysisState.RUNNING, started_at=NOON
    )

    assert "deployment" in said(Occasion.ANALYSED, ANALYSIS, running).message


def test_an_unexplained_incident_says_why() -> None:
    failed = ANALYSIS.model_copy(update={"conclusion": None, "error": "the disk is full"})

    told = said(Occasion.UNEXPLAINED, failed)

    assert (told.title, told.message) == (
        "Not explained: Error rate is high",
        "its analysis failed: the disk is full\nincident 7",
    )


def test_a_recovery_says_how_long_it_lasted() -> None:
    over = an_episode(recovered_at=NOON + timedelta(minutes=12))

    told = said(Occasion.RESOLVED, state=IncidentState.RESOLVED, episodes=(over,))

    assert (told.title, told.colour) == ("Recovered: Error rate is high", GREEN)
    assert told.message == "after 12 minutes\nincident 7"


@pytest.mark.parametrize(
    ("changes", "title", "message"),
    [
        ({"closed_by": "ann", "closed_why": "a drill"}, "Closed", "closed by ann: a drill"),
        ({"closed_by": "ann", "merged_into": 9}, "Merged", "merged into incident 9 by ann"),
    ],
)
def test_what_a_person_ended_did_not_recover(
    changes: dict[str, Any], title: str, message: str
) -> None:
    told = said(Occasion.RESOLVED, **changes)

    assert told.title.startswith(f"{title}: ")
    assert told.message.startswith(f"{message}\n")


def test_a_recovery_takes_the_place_of_its_alert_and_an_explanation_does_not() -> None:
    tags = {occasion: said(occasion).tag for occasion in Occasion}

    assert tags[Occasion.RESOLVED] == tags[Occasion.WORSENED] == tags[Occasion.OPENED]
    assert tags[Occasion.ANALYSED] == tags[Occasion.UNEXPLAINED] != tags[Occasion.OPENED]


def test_two_incidents_never_share_a_place_or_a_key() -> None:
    one, other = said(Occasion.OPENED), said(Occasion.OPENED, key="0000000000")

    assert one.tag != other.tag
    assert one.key != other.key


def test_every_occasion_has_a_key_of_its_own() -> None:
    assert len({said(occasion).key for occasion in Occasion}) == len(Occasion)


def test_it_is_short_and_the_link_is_whole() -> None:
    long = ANALYSIS.model_copy(update={"conclusion": a_conclusion(summary="word " * 9000)})

    told = said(Occasion.ANALYSED, long, title="t" * 9000, notebook=NOTEBOOK)

    assert len(told.title) <= 120
    assert len(told.message) <= 500
    assert told.message.endswith(NOTEBOOK.url)


def test_no_secret_is_shown_not_even_half_of_one() -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPL2"
    filler = "x" * (110 - len("LIKELY: "))
    leaky = ANALYSIS.model_copy(update={"conclusion": a_conclusion(summary=f"with {secret}")})

    told = said(Occasion.ANALYSED, leaky, outcome="LIKELY", title=f"{filler} {secret}")

    assert "AKIA" not in told.title + told.message
