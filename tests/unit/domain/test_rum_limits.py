"""One loud visitor is stopped, and nobody else is."""

from datetime import timedelta

import pytest

from domain.errors import TooManyRequests
from domain.rum_limits import Allowance, Buckets, VisitLimits
from tests.factories import NOON
from tests.visits import ANN, BOB

FEW = Allowance(burst=3, per_second=0.5)
MANY = Allowance(burst=1000, per_second=1000)


def test_more_than_a_burst_is_refused_with_the_time_to_wait() -> None:
    limits = VisitLimits(visitor=FEW, address=MANY)
    limits.admit(ANN, "192.0.2.1", 3, NOON)

    with pytest.raises(TooManyRequests) as refusal:
        limits.admit(ANN, "192.0.2.1", 2, NOON)

    assert refusal.value.retry_after == timedelta(seconds=4)


def test_time_gives_back() -> None:
    buckets = Buckets(FEW)
    buckets.take(ANN, 3, NOON)

    buckets.take(ANN, 2, NOON + timedelta(seconds=4))

    with pytest.raises(TooManyRequests):
        buckets.take(ANN, 1, NOON + timedelta(seconds=4))


def test_what_was_refused_costs_nothing() -> None:
    buckets = Buckets(FEW)
    with pytest.raises(TooManyRequests):
        buckets.take(ANN, 4, NOON)

    buckets.take(ANN, 3, NOON)


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    buckets = Buckets(FEW)
    buckets.take(ANN, 1, NOON)

    buckets.take(ANN, 2, NOON - timedelta(hours=1))


def test_another_visitor_is_let_in() -> None:
    limits = VisitLimits(visitor=FEW, address=MANY)
    limits.admit(ANN, "192.0.2.1", 3, NOON)

    limits.admit(BOB, "192.0.2.1", 3, NOON)


def test_ever_new_visitors_of_one_address_are_stopped() -> None:
    limits = VisitLimits(visitor=MANY, address=FEW)
    for number in range(3):
        limits.admit(f"visitor-{number}", "192.0.2.1", 1, NOON)

    with pytest.raises(TooManyRequests):
        limits.admit("visitor-3", "192.0.2.1", 1, NOON)
    with pytest.raises(TooManyRequests):
        limits.admit(None, "192.0.2.1", 1, NOON)

    limits.admit("visitor-0", "192.0.2.1", 100, NOON)
    limits.admit("visitor-4", "192.0.2.2", 1, NOON)


def test_no_more_keys_are_remembered_than_there_is_room_for() -> None:
    buckets = Buckets(FEW, most_keys=2)

    for key in ("first", "second", "third"):
        buckets.take(key, 3, NOON)

    assert [buckets.knows(key) for key in ("first", "second", "third")] == [False, True, True]
