"""Time series drawn."""

from datetime import timedelta

import pytest

from dd_lib.sandbox.chart import MAX_LINES, between, draw
from dd_lib.sandbox.timeseries import Series
from tests.factories import NOON

SPAN = between(NOON - timedelta(minutes=30), NOON)


def a_line(*values: float, gap_after: int | None = None) -> Series:
    """One value a minute from the span's start; `gap_after` leaves five minutes out."""
    points = {}
    for number, value in enumerate(values):
        late = 5 if gap_after is not None and number > gap_after else 0
        points[SPAN.start + (number + late) * 60_000] = value
    return Series(group=("host:a",), points=points)


def test_no_points_make_no_line() -> None:
    assert draw((), SPAN, "cpu").lines == ()


def test_line_is_named_after_its_group_or_else_its_metric() -> None:
    alone = Series(group=(), points={SPAN.start: 1.0})

    names = [line.name for line in draw((a_line(1), alone), SPAN, "cpu").lines]

    assert names == ["host:a", "cpu"]


def test_gap_in_the_data_breaks_the_line() -> None:
    (line,) = draw((a_line(1, 2, 3, 4, gap_after=1),), SPAN, "cpu").lines

    assert line.path.count("M") == 2


@pytest.mark.parametrize(
    "values", [(0.0, 0.0), (3.0, 97.0), (-5.0, 5.0), (0.0001, 0.0002), (1e9, 2e9), (-3.0, -1.0)]
)
def test_line_stays_inside_the_frame(values: tuple[float, ...]) -> None:
    chart = draw((a_line(*values),), SPAN, "cpu")

    heights = [
        float(part.split()[1]) for part in chart.lines[0].path[1:].split(" L") if " " in part
    ]
    assert all(chart.top - 0.1 <= height <= chart.bottom + 0.1 for height in heights)


@pytest.mark.parametrize("values", [(3.0, 97.0), (0.0, 0.0), (12.0, 4300.0)])
def test_values_have_a_handful_of_ticks_from_zero(values: tuple[float, ...]) -> None:
    labels = [label.text for label in draw((a_line(*values),), SPAN, "cpu").y_labels]

    assert "0" in labels
    assert 2 <= len(labels) <= 7


def test_times_are_labelled_in_utc() -> None:
    labels = [label.text for label in draw((a_line(1),), SPAN, "cpu").x_labels]

    assert labels == ["11:30", "11:35", "11:40", "11:45", "11:50", "11:55", "12:00"]


def test_more_lines_than_can_be_told_apart_are_counted() -> None:
    chart = draw(tuple(a_line(1) for _ in range(MAX_LINES + 3)), SPAN, "cpu")

    assert len(chart.lines) == MAX_LINES
    assert chart.hidden == 3
