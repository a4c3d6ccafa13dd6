"""When a metric left its normal range."""

import math
from datetime import timedelta

import pytest

from domain.evidence import MetricPoint, MetricSeries
from domain.metric_onset import Direction, MetricShift, read_metric
from tests.factories import NOON, a_series, a_window

QUIET = [1.0, 1.2, 0.9, 1.1, 1.0] * 20


def _shift(values: list[float]) -> MetricShift | None:
    return read_metric(a_series(values), a_window()).shift


def test_the_onset_is_the_first_point_of_the_departure() -> None:
    shift = _shift([*QUIET, *[9.0] * 6])

    assert shift is not None
    assert shift.onset_at == NOON - timedelta(minutes=5)


def test_a_rise_has_a_direction_a_peak_and_a_factor() -> None:
    shift = _shift([*QUIET, 5.0, 9.0, 8.0])

    assert shift is not None
    assert (shift.direction, shift.peak, shift.factor) == (Direction.UP, 9.0, 9.0)


def test_a_fall_is_a_departure_too() -> None:
    shift = _shift([*[100.0, 101.0, 99.0] * 30, *[4.0] * 5])

    assert shift is not None
    assert (shift.direction, shift.peak) == (Direction.DOWN, 4.0)


def test_a_series_that_stays_normal_has_no_shift() -> None:
    assert _shift([*QUIET, 1.2, 0.9, 1.1]) is None


def test_a_constant_series_has_no_shift() -> None:
    assert _shift([5.0] * 120) is None


def test_a_constant_series_that_jumps_has_one() -> None:
    assert _shift([0.0] * 120 + [3.0] * 4) is not None


def test_a_single_stray_point_is_noise() -> None:
    assert _shift([*QUIET, 1.0, 1.9, 1.0, 1.0]) is None


def test_a_single_point_far_out_is_a_spike() -> None:
    assert _shift([*QUIET, 1.0, 50.0, 1.0, 1.0]) is not None


def test_a_metric_that_came_back_says_when() -> None:
    shift = _shift([*QUIET, *[9.0] * 4, *[1.0] * 5])

    assert shift is not None
    assert shift.returned_at == NOON - timedelta(minutes=4)


def test_a_metric_still_out_has_not_returned() -> None:
    shift = _shift([*QUIET, *[9.0] * 6])

    assert shift is not None
    assert shift.returned_at is None


def test_a_lull_does_not_end_a_departure() -> None:
    shift = _shift([*QUIET, 9.0, 9.0, 1.0, 1.0, 9.0, 9.0])

    assert shift is not None
    assert shift.onset_at == NOON - timedelta(minutes=5)


def test_a_departure_that_began_before_the_window_keeps_its_onset() -> None:
    shift = _shift([*[1.0, 1.2] * 150, *[9.0] * 30])

    assert shift is not None
    assert shift.onset_at == NOON - timedelta(minutes=29)


def test_a_departure_that_was_over_before_the_window_is_none() -> None:
    assert _shift([*QUIET, *[9.0] * 4, *[1.0] * 60]) is None


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_short_a_baseline_tells_nothing(count: int) -> None:
    start = NOON - timedelta(hours=1)
    early = [MetricPoint(at=start + timedelta(minutes=n), value=1.0) for n in range(count)]
    late = [MetricPoint(at=NOON, value=99.0)] * 3

    reading = read_metric(MetricSeries(query="q", points=(*early, *late)), a_window())

    assert reading.shift is None


def test_points_that_are_no_numbers_are_gaps() -> None:
    reading = read_metric(a_series([*QUIET, math.nan, math.inf, 9.0, 9.0]), a_window())

    assert reading.points == len(QUIET) + 2
    assert reading.window_highest == 9.0


def test_a_baseline_of_zero_has_no_factor() -> None:
    shift = _shift([0.0] * 120 + [3.0] * 4)

    assert shift is not None
    assert shift.factor is None


def test_an_empty_series_reads_as_nothing() -> None:
    reading = read_metric(MetricSeries(query="q"), a_window())

    assert (reading.points, reading.baseline_median, reading.shift) == (0, None, None)
