"""New, grown, steady, gone, or not comparable."""

from datetime import timedelta

from domain.case import Case
from domain.evidence import LogLine, Source, SourceResult, SourceStatus
from domain.log_patterns import LogPattern, PatternChange, mine_patterns
from tests.factories import NOON, a_log_line
from tests.unit.domain.cases import ONSET, a_case_with, error_lines


def _earlier(message: str, count: int) -> tuple[LogLine, ...]:
    start = NOON - timedelta(hours=5)
    return tuple(
        a_log_line(message=message, logged_at=start + timedelta(minutes=3 * n))
        for n in range(count)
    )


def _patterns(case: Case) -> tuple[LogPattern, ...]:
    return mine_patterns(case.evidence, case.frame)


def test_a_pattern_that_the_baseline_lacks_is_new() -> None:
    case = a_case_with(logs=error_lines("boom {n}"))

    [pattern] = _patterns(case)

    assert (pattern.change, pattern.count) == (PatternChange.NEW, 20)
    assert pattern.began_at == ONSET


def test_nothing_is_new_where_the_baseline_could_not_be_asked() -> None:
    case = a_case_with(logs=error_lines("boom {n}"), unasked=[Source.BASELINE_LOGS])

    [pattern] = _patterns(case)

    assert pattern.change is PatternChange.UNCOMPARED


def test_growth_is_measured_by_rate_and_not_by_count() -> None:
    # 20 lines in 30 minutes against 100 in 335 minutes: fewer lines, but twice the rate only.
    case = a_case_with(logs=error_lines("boom"), baseline_logs=_earlier("boom", 100))

    [pattern] = _patterns(case)

    assert pattern.change is PatternChange.STEADY
    assert pattern.factor is not None
    assert round(pattern.factor, 2) == 2.23


def test_a_rate_many_times_the_baselines_has_grown() -> None:
    case = a_case_with(logs=error_lines("boom"), baseline_logs=_earlier("boom", 10))

    [pattern] = _patterns(case)

    assert pattern.change is PatternChange.GROWN


def test_a_grown_pattern_began_with_its_burst_and_not_with_its_first_line() -> None:
    stray = a_log_line(message="boom", logged_at=NOON - timedelta(minutes=24))
    case = a_case_with(logs=(stray, *error_lines("boom")), baseline_logs=_earlier("boom", 10))

    [pattern] = _patterns(case)

    assert pattern.first_seen_at == stray.logged_at
    assert pattern.began_at == ONSET


def test_a_pattern_of_the_baseline_only_is_gone() -> None:
    case = a_case_with(baseline_logs=_earlier("boom", 10))

    [pattern] = _patterns(case)

    assert pattern.change is PatternChange.GONE


def test_a_baseline_cut_short_counts_only_the_time_it_covers() -> None:
    cut_short = SourceResult(
        source=Source.BASELINE_LOGS, status=SourceStatus.FOUND, note="the newest 10 only"
    )
    case = a_case_with(
        sources=(cut_short,), logs=error_lines("boom"), baseline_logs=_earlier("boom", 10)
    )

    [pattern] = _patterns(case)

    assert pattern.factor is not None
    assert round(pattern.factor, 2) == 1.8  # 20 in 30 minutes against 10 in 27


def test_what_is_no_complaint_is_no_pattern() -> None:
    case = a_case_with(logs=error_lines("started", status="info"))

    assert _patterns(case) == ()


def test_one_message_of_two_services_is_two_patterns() -> None:
    case = a_case_with(logs=(*error_lines("boom"), *error_lines("boom", service="search")))

    assert {pattern.service for pattern in _patterns(case)} == {"checkout", "search"}


def test_the_new_come_before_the_steady_however_many_those_are() -> None:
    case = a_case_with(
        logs=(*error_lines("old"), *error_lines("novel", count=2)),
        baseline_logs=_earlier("old", 110),
    )

    assert [pattern.template for pattern in _patterns(case)] == ["novel", "old"]


def test_the_versions_that_complain_are_kept() -> None:
    case = a_case_with(logs=error_lines("boom", tags=("env:prod", "version:2.4.1")))

    [pattern] = _patterns(case)

    assert pattern.versions == ("2.4.1",)
