"""When something began to happen more often."""

from datetime import datetime, timedelta

from domain.change_point import change_point
from tests.factories import NOON, a_window

MINUTE = timedelta(minutes=1)
START = a_window().start


def every(minutes: float, *, begin: datetime, count: int) -> list[datetime]:
    return [begin + n * timedelta(minutes=minutes) for n in range(count)]


def test_what_begins_in_the_window_began_with_its_first_time() -> None:
    times = every(0.5, begin=NOON - 8 * MINUTE, count=20)

    assert change_point(times, a_window()) == NOON - 8 * MINUTE


def test_what_happens_all_the_time_began_at_no_moment() -> None:
    assert change_point(every(1, begin=START, count=30), a_window()) is None


def test_a_stray_one_before_does_not_begin_it() -> None:
    stray = START + 2 * MINUTE
    times = [stray, *every(0.5, begin=NOON - 8 * MINUTE, count=20)]

    assert change_point(times, a_window()) == NOON - 8 * MINUTE


def test_a_few_are_chance() -> None:
    assert change_point(every(1, begin=NOON, count=2), a_window()) is None


def test_what_becomes_rarer_did_not_begin() -> None:
    assert change_point(every(0.2, begin=START, count=40), a_window()) is None


def test_times_outside_the_window_do_not_count() -> None:
    assert change_point(every(1, begin=NOON - timedelta(hours=3), count=40), a_window()) is None


def test_the_order_of_the_times_does_not_matter() -> None:
    times = every(0.5, begin=NOON - 8 * MINUTE, count=20)

    assert change_point(times[::-1], a_window()) == change_point(times, a_window())
