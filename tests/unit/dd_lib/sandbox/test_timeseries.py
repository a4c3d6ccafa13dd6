"""Metric queries, read and calculated."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_lib.sandbox.metric_query import parse_metric_query
from dd_lib.sandbox.moments import to_milliseconds
from dd_lib.sandbox.records import MetricRecord
from dd_lib.sandbox.timeseries import MAX_POINTS, Series, Span, evaluate
from domain.errors import InvalidInput
from tests.factories import NOON

HOUR = Span.between(NOON - timedelta(hours=1), NOON, 60)


def a_row(value: float, *tags: str, minute: float = -10, metric: str = "cpu") -> MetricRecord:
    at = NOON + timedelta(minutes=minute)
    return MetricRecord(timestamp=at, metric=metric, value=value, tags=tags)


def result(query: str, rows: Iterable[MetricRecord], span: Span = HOUR) -> tuple[Series, ...]:
    return evaluate(parse_metric_query(query), rows, span)


def only_value(query: str, rows: Iterable[MetricRecord], span: Span = HOUR) -> float:
    (series,) = result(query, rows, span)
    (value,) = series.points.values()
    return value


@pytest.mark.parametrize(
    ("aggregation", "value"), [("avg", 4), ("sum", 8), ("min", 2), ("max", 6), ("count", 2)]
)
def test_series_of_a_group_are_joined_as_asked(aggregation: str, value: float) -> None:
    rows = [a_row(2, "host:a"), a_row(6, "host:b")]

    assert only_value(f"{aggregation}:cpu{{*}}", rows) == value


@pytest.mark.parametrize(
    ("suffix", "value"),
    [("", 3), (".as_count()", 6), (".rollup(max)", 4), (".rollup(sum, 60)", 6), (".fill(zero)", 3)],
)
def test_points_of_an_interval_are_joined_as_asked(suffix: str, value: float) -> None:
    rows = [a_row(2, "host:a", minute=-10), a_row(4, "host:a", minute=-9.5)]

    assert only_value(f"avg:cpu{{*}}{suffix}", rows) == value


@pytest.mark.parametrize(
    "scope",
    [
        "*",
        "host:a",
        "host:a,env:prod",
        "host:a AND env:prod",
        "!host:b",
        "host:a*",
        "env:prod,!host:b",
        "host IN (a, c)",
        "host NOT IN (b)",
        "host:a OR host:c",
        "(host:a OR host:c),env:prod",
    ],
)
def test_scope_takes_its_rows(scope: str) -> None:
    rows = [a_row(1, "host:a", "env:prod")]

    assert only_value(f"avg:cpu{{{scope}}}", rows) == 1


@pytest.mark.parametrize(
    "scope", ["host:b", "!host:a", "host:a,env:dev", "host IN (b,c)", "host:b*"]
)
def test_scope_leaves_other_rows(scope: str) -> None:
    rows = [a_row(1, "host:a", "env:prod")]

    assert result(f"avg:cpu{{{scope}}}", rows) == ()


def test_by_makes_one_series_per_group() -> None:
    rows = [a_row(1, "host:a"), a_row(2, "host:b"), a_row(3, "az:x")]

    series = result("avg:cpu{*} by {host}", rows)

    assert [each.group for each in series] == [("host:a",), ("host:b",)]


def test_other_metrics_stay_out() -> None:
    assert result("avg:cpu{*}", [a_row(1, metric="cpu.user")]) == ()


def test_points_outside_the_span_stay_out() -> None:
    rows = [a_row(1, minute=-61), a_row(2, minute=-60), a_row(3, minute=0)]

    assert only_value("avg:cpu{*}", rows) == 2


def test_point_is_placed_at_the_start_of_its_interval() -> None:
    (series,) = result("avg:cpu{*}", [a_row(1, minute=-9.4)])

    assert list(series.points) == [to_milliseconds(NOON - timedelta(minutes=10))]


@pytest.mark.parametrize(
    "query",
    ["", "cpu", "avg:cpu", "avg:cpu{*", "p95:cpu{*}", "avg:cpu{*} + avg:mem{*}", "avg:cpu{(}"],
)
def test_query_that_is_not_one_plain_metric_is_refused(query: str) -> None:
    with pytest.raises(InvalidInput):
        parse_metric_query(query)


def test_window_of_six_hours_shows_minutes() -> None:
    assert Span.between(NOON - timedelta(hours=6), NOON, None).step == 60_000


@given(hours=st.floats(0.01, 24 * 30))
def test_chosen_interval_leaves_a_readable_number_of_points(hours: float) -> None:
    span = Span.between(NOON - timedelta(hours=hours), NOON, None)

    assert (span.end - span.start) / span.step <= MAX_POINTS


@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20),
    minutes=st.lists(st.integers(-59, -1), min_size=20, max_size=20),
)
def test_average_lies_between_least_and_most(values: list[float], minutes: list[int]) -> None:
    rows = [
        a_row(value, f"host:{number}", minute=minute)
        for number, (value, minute) in enumerate(zip(values, minutes, strict=False))
    ]
    (low,), (mean,), (high,) = (result(f"{a}:cpu{{*}}", rows) for a in ("min", "avg", "max"))

    tolerance = 1e-6
    assert all(
        low.points[at] - tolerance <= mean.points[at] <= high.points[at] + tolerance
        for at in mean.points
    )
