"""When the trouble began."""

from datetime import timedelta

from domain.symptom import symptom_onset
from tests.factories import NOON, a_series
from tests.unit.domain.cases import ONSET, a_case_with, error_lines

JUMP = a_series([1.0] * 100 + [9.0] * 7)  # six minutes before NOON


def test_without_errors_or_a_metric_it_began_with_the_alert() -> None:
    assert symptom_onset(a_case_with()) == NOON


def test_new_errors_begin_it() -> None:
    assert symptom_onset(a_case_with(logs=error_lines("boom"))) == ONSET


def test_a_metric_that_leaves_its_range_begins_it() -> None:
    assert symptom_onset(a_case_with(metrics=(JUMP,))) == NOON - timedelta(minutes=6)


def test_errors_just_before_the_metric_count_for_a_metric_averages() -> None:
    case = a_case_with(metrics=(JUMP,), logs=error_lines("boom"))

    assert symptom_onset(case) == ONSET


def test_errors_long_before_the_metric_are_another_story() -> None:
    early = error_lines("boom", start=NOON - timedelta(minutes=24))

    case = a_case_with(metrics=(JUMP,), logs=early)

    assert symptom_onset(case) == NOON - timedelta(minutes=6)


def test_a_rare_new_error_does_not_begin_it() -> None:
    stray = error_lines("stray", count=1, start=NOON - timedelta(minutes=20))

    assert symptom_onset(a_case_with(logs=(*stray, *error_lines("boom")))) == ONSET


def test_it_never_begins_after_the_alert() -> None:
    late = error_lines("boom", start=NOON + timedelta(minutes=2))

    assert symptom_onset(a_case_with(logs=late)) == NOON


def test_of_many_groups_the_alerts_own_counts() -> None:
    odd = a_series([1.0] * 100 + [99.0] * 20, scope="service:search")
    ours = a_series([1.0] * 100 + [9.0] * 7, scope="service:checkout")

    assert symptom_onset(a_case_with(metrics=(odd, ours))) == NOON - timedelta(minutes=6)


def test_of_groups_that_the_alert_does_not_name_the_farthest_counts() -> None:
    little = a_series([1.0] * 100 + [9.0] * 20, scope="host:a")
    much = a_series([1.0] * 100 + [99.0] * 7, scope="host:b")

    assert symptom_onset(a_case_with(metrics=(little, much))) == NOON - timedelta(minutes=6)
