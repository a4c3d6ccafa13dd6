"""What memory keeps, and the words that find it again."""

from datetime import timedelta

from domain.alerts import Transition
from domain.analysis import Outcome
from domain.case import Evidence
from domain.notebook import NotebookReference
from domain.recollection import MAX_TEXT, past_incident, search_text
from tests.factories import NOON, a_conclusion, a_log_line, an_alert, an_episode, an_incident
from tests.unit.domain.cases import a_case_with, error_lines

LATER = NOON + timedelta(minutes=5)
NOTEBOOK = NotebookReference(id=9, url="https://app.datadoghq.com/notebook/9")


def test_the_text_is_title_service_message_and_what_the_logs_complain_about() -> None:
    alert = an_alert(message="Customers cannot  pay.\n@slack-shop @pagerduty-shop")
    evidence = Evidence(logs=error_lines("order {n} refused"))

    text = search_text(an_incident(), (alert,), evidence)

    assert text == "Error rate is high; checkout; Customers cannot pay.; order <n> refused"


def test_new_complaints_come_before_the_usual_ones() -> None:
    usual = error_lines("usual", count=30)
    evidence = Evidence(
        logs=(*usual, *error_lines("novel", count=2)),
        baseline_logs=(a_log_line(message="usual", logged_at=NOON - timedelta(hours=3)),),
    )

    text = search_text(an_incident(), (), evidence)

    assert text.endswith("novel; usual")


def test_a_recovery_does_not_speak_for_the_incident() -> None:
    recovered = an_alert(transition=Transition.RECOVERED, monitor_name="it is fine")

    text = search_text(an_incident(), (recovered, an_alert()), Evidence())

    assert "it is fine" not in text


def test_the_text_is_bounded() -> None:
    logs = tuple(a_log_line(message=f"{word} " * 200) for word in ("a", "b", "c", "d", "e", "f"))

    text = search_text(an_incident(), (an_alert(message="m" * 9_000),), Evidence(logs=logs))

    assert 1_000 < len(text) <= MAX_TEXT


def test_what_is_stored_is_what_is_searched_for() -> None:
    case = a_case_with(logs=error_lines("order {n} refused"))

    past = past_incident(case, a_conclusion(), None, at=LATER)

    assert past.text == search_text(case.incident, case.alerts, case.evidence)


def test_the_conclusion_is_remembered_with_its_notebook() -> None:
    conclusion = a_conclusion(culprit_change="7001", immediate_actions=("Roll back.",))

    past = past_incident(a_case_with(), conclusion, NOTEBOOK, at=LATER)

    assert (past.culprit_change, past.remediation) == ("7001", "Roll back.")
    assert past.notebook == NOTEBOOK


def test_advice_that_was_a_guess_is_not_remembered() -> None:
    guess = a_conclusion(outcome=Outcome.INCONCLUSIVE, immediate_actions=("Look by hand.",))

    past = past_incident(a_case_with(), guess, None, at=LATER)

    assert past.remediation == ""


def test_an_incident_happened_when_its_first_alert_did() -> None:
    past = past_incident(a_case_with(), a_conclusion(), None, at=LATER)

    assert past.happened_at == NOON


def test_a_clock_that_runs_ahead_does_not_put_an_incident_into_the_future() -> None:
    earlier = NOON - timedelta(minutes=1)

    past = past_incident(a_case_with(), a_conclusion(), None, at=earlier)

    assert past.happened_at == earlier


def test_the_duration_is_remembered_once_everything_recovered() -> None:
    recovered = an_incident(episodes=(an_episode(recovered_at=NOON + timedelta(minutes=9)),))

    past = past_incident(a_case_with(incident=recovered), a_conclusion(), None, at=LATER)

    assert past.duration_seconds == 540
