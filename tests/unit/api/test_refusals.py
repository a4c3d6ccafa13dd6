"""Whoever is turned away too often in a minute is told to wait."""

import pytest

from api.refusals import Refusals


def test_the_first_ones_are_free() -> None:
    refusals = Refusals(most=2)

    assert [refusals.count("192.0.2.7") for _ in range(4)] == [False, False, True, True]


def test_addresses_are_counted_apart() -> None:
    refusals = Refusals(most=1)
    refusals.count("192.0.2.7")

    assert not refusals.count("192.0.2.8")


@pytest.mark.parametrize(
    ("other", "counted"), [("2001:db8:0:1:ffff::2", True), ("2001:db8:0:2::1", False)]
)
def test_the_addresses_of_one_site_are_one(other: str, counted: bool) -> None:
    refusals = Refusals(most=1)
    refusals.count("2001:db8:0:1::1")

    assert refusals.count(other) is counted


def test_what_is_no_address_is_counted_too() -> None:
    refusals = Refusals(most=0)

    assert refusals.count("")
