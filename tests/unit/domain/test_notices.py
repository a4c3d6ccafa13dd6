"""When people are told of an incident, and when not again."""

import pytest

from domain.alerts import AlertStatus, Transition
from domain.incidents import IncidentAlert, IncidentSnapshot, IncidentState, Occasion
from domain.notices import Notice, due_notices
from tests.factories import NOON, an_incident, an_incident_alert

TOLD = Notice(incident_id=7, occasion=Occasion.OPENED, told_at=NOON)
WARNED = TOLD.model_copy(update={"status": AlertStatus.WARN})
WARNING = an_incident_alert(transition=Transition.WARN, status=AlertStatus.WARN)
REMINDER = an_incident_alert(transition=Transition.RENOTIFY)
RECOVERY = an_incident_alert(event_id=2, transition=Transition.RECOVERED, status=AlertStatus.OK)


def occasions(
    *alerts: IncidentAlert, known: tuple[Notice, ...] = (), **incident: object
) -> list[str]:
    return [due.occasion.value for due in due_notices(an_incident(**incident), alerts, known)]


def test_an_alert_opens() -> None:
    assert occasions(an_incident_alert()) == ["opened"]


def test_a_reminder_opens_what_nobody_had_heard_of() -> None:
    assert occasions(REMINDER) == ["opened"]


def test_a_later_reminder_opens_nothing() -> None:
    assert occasions(REMINDER.model_copy(update={"event_id": 5}), event_ids=(1, 5)) == []


def test_news_of_an_old_incident_opens_it() -> None:
    assert occasions(an_incident_alert(event_id=5), event_ids=(1, 5)) == ["opened"]


@pytest.mark.parametrize("again", [an_incident_alert(), REMINDER, WARNING, RECOVERY])
def test_what_was_told_is_not_told_again(again: IncidentAlert) -> None:
    assert occasions(again, known=(TOLD,)) == []


def test_an_alert_after_a_warning_worsens() -> None:
    assert occasions(an_incident_alert(event_id=2), known=(WARNED,)) == ["worsened"]


def test_a_reminder_worsens_nothing() -> None:
    assert occasions(REMINDER, known=(WARNED,)) == []


def test_it_worsens_once() -> None:
    worsened = Notice(incident_id=7, occasion=Occasion.WORSENED)

    assert occasions(an_incident_alert(), known=(WARNED, worsened)) == []


def test_the_worst_of_a_batch_is_what_it_opens_with() -> None:
    alerts = (WARNING, an_incident_alert(event_id=2))

    (opened,) = due_notices(an_incident(), alerts, ())

    assert opened.status is AlertStatus.ALERT


def test_the_end_is_told_where_the_beginning_was() -> None:
    assert occasions(known=(TOLD,), state=IncidentState.RESOLVED) == ["resolved"]
    assert occasions(state=IncidentState.RESOLVED) == []


def test_a_recovery_of_one_alert_is_not_the_end() -> None:
    assert occasions(RECOVERY, known=(TOLD,)) == []


def test_an_alert_that_comes_after_the_end_worsens_nothing() -> None:
    resolved = Notice(incident_id=7, occasion=Occasion.RESOLVED)

    late = occasions(an_incident_alert(), known=(WARNED, resolved), state=IncidentState.RESOLVED)

    assert late == []


@pytest.mark.parametrize(
    ("outcome", "failed", "told", "due"),
    [
        ("LIKELY", False, ("opened",), Occasion.ANALYSED),
        ("LIKELY", True, ("opened",), Occasion.ANALYSED),
        ("", True, ("opened",), Occasion.UNEXPLAINED),
        ("LIKELY", False, ("opened", "unexplained"), Occasion.ANALYSED),
        ("", False, ("opened",), None),
        ("LIKELY", False, ("opened", "analysed"), None),
        ("", True, ("opened", "unexplained"), None),
        ("LIKELY", False, (), None),
    ],
)
def test_what_came_of_the_analysis_is_told_once(
    outcome: str, failed: bool, told: tuple[str, ...], due: Occasion | None
) -> None:
    incident = IncidentSnapshot(
        id=7,
        title="Error rate is high",
        state=IncidentState.OPEN,
        outcome=outcome,
        told=tuple(map(Occasion, told)),
    )

    assert incident.to_tell(analysis_failed=failed) is due
