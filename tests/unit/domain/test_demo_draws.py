"""Draws are the same for the same name, and fair enough."""

from collections import Counter

import pytest

from domain.demo_draws import Draws


def test_the_same_name_draws_the_same() -> None:
    first, again = Draws(1, "story", 2), Draws(1, "story", 2)

    assert [first.below(1000) for _ in range(20)] == [again.below(1000) for _ in range(20)]


def test_another_name_draws_something_else() -> None:
    first, other = Draws(1, "story", 2), Draws(1, "story", 3)

    assert [first.below(1000) for _ in range(20)] != [other.below(1000) for _ in range(20)]


def test_both_ends_are_drawn_and_nothing_beyond_them() -> None:
    draws = Draws("ends")

    assert {draws.between(3, 5) for _ in range(200)} == {3, 4, 5}


@pytest.mark.parametrize(("chance", "expected"), [(0, False), (100, True)])
def test_certainties_are_certain(chance: int, expected: bool) -> None:
    draws = Draws("certain")

    assert {draws.percent(chance) for _ in range(200)} == {expected}


def test_a_position_comes_as_often_as_its_weight_says() -> None:
    draws = Draws("weights")

    drawn = Counter(draws.weighted((0, 1, 9)) for _ in range(2_000))

    assert drawn[0] == 0
    assert 100 < drawn[1] < 300
    assert drawn[1] + drawn[2] == 2_000


def test_hexadecimal_numbers_have_all_their_digits() -> None:
    draws = Draws("digits")

    assert {len(draws.hexadecimal(10)) for _ in range(200)} == {10}
