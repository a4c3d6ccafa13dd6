"""Time, place and a tie: all three or no culprit."""

from datetime import timedelta
from typing import Any

from domain.culprit import Suspect, objection, rank_suspects
from domain.evidence import DatadogEvent
from domain.examination import examine
from domain.findings import Findings
from tests.factories import NOON, a_datadog_event
from tests.unit.domain.cases import ONSET, a_case_with, error_lines

LOGS = error_lines("boom in 2.4.1 for {n}", tags=("version:2.4.1",))


def _found(*events: DatadogEvent, **evidence: Any) -> Findings:
    return examine(a_case_with(**({"logs": LOGS} | evidence), events=events))


def _suspect(event: DatadogEvent, **evidence: Any) -> Suspect:
    [suspect] = rank_suspects(_found(event, **evidence))
    return suspect


def _objection(event: DatadogEvent, **evidence: Any) -> str:
    found = _found(event, **evidence)
    return objection(rank_suspects(found)[0], found)


def test_a_change_with_time_place_and_tie_is_the_culprit() -> None:
    assert _suspect(a_datadog_event()).is_culprit


def test_a_change_after_the_onset_is_not() -> None:
    late = a_datadog_event(happened_at=ONSET + timedelta(minutes=3))

    assert not _suspect(late).is_culprit
    assert _objection(late) == "It came 3 minutes after the trouble began."


def test_a_change_long_before_is_not() -> None:
    early = a_datadog_event(happened_at=ONSET - timedelta(hours=5))

    assert not _suspect(early).is_culprit
    assert "5 hours before" in _objection(early)


def test_a_change_of_another_service_is_not() -> None:
    other = a_datadog_event(title="Deployed search", tags=("service:search", "env:prod"))

    assert not _suspect(other).is_culprit
    assert _objection(other) == "It changed search, which nothing here points to."


def test_a_change_in_another_environment_is_not() -> None:
    staging = a_datadog_event(tags=("service:checkout", "env:staging", "version:2.4.1"))

    assert not _suspect(staging).is_culprit
    assert "environment staging" in _objection(staging)


def test_a_change_that_nothing_ties_to_the_symptom_is_not() -> None:
    plain = a_datadog_event(title="Deployed checkout", tags=("service:checkout",))

    assert not _suspect(plain).is_culprit
    assert "nothing ties it" in _objection(plain)


def test_a_vague_tie_never_makes_a_culprit() -> None:
    event = a_datadog_event(
        title="Deployed with colours", tags=("service:checkout",), happened_at=ONSET
    )

    suspect = _suspect(event, logs=error_lines("colours are negative"))

    assert suspect.link is not None
    assert not suspect.is_culprit


def test_a_change_made_elsewhere_is_blamed_where_the_errors_name_it() -> None:
    flag = a_datadog_event(
        source="feature_flag", title="Turned on new-tax", tags=("service:flags", "flag:new-tax")
    )

    assert _suspect(flag, logs=error_lines("flag new-tax has no rate")).is_culprit


def test_the_deployment_is_blamed_before_the_commit_it_brought() -> None:
    commit = a_datadog_event(event_id="1", source="github", title="Release 2.4.1")

    first, _ = rank_suspects(_found(commit, a_datadog_event()))

    assert first.event.event_id == "7001"


def test_of_equal_changes_the_later_comes_first() -> None:
    early = a_datadog_event(event_id="1", happened_at=NOON - timedelta(hours=1))

    first, second = rank_suspects(_found(early, a_datadog_event()))

    assert (first.event.event_id, second.event.event_id) == ("7001", "1")


def test_alerts_are_no_suspects() -> None:
    assert rank_suspects(_found(a_datadog_event(source="alert"))) == ()
