"""A quote is a copy, or it is nothing."""

import pytest

from domain.quotes import line_of, stands_in

TEXT = "time: 12:00\nmessage: payment  refused after 1500 ms, caf\u00e9 closed"


@pytest.mark.parametrize(
    "quote",
    [
        "payment refused after",
        "12:00 message: payment refused",
        "  payment\trefused  ",
        "cafe\u0301 closed",
        "after 1500 ms",
    ],
)
def test_white_space_and_composition_do_not_matter(quote: str) -> None:
    assert stands_in(quote, TEXT)


@pytest.mark.parametrize(
    "quote",
    ["Payment refused", "payment accepted", "payment ... 1500 ms", "payment refused after 2 s"],
)
def test_other_words_are_not_found(quote: str) -> None:
    assert not stands_in(quote, TEXT)


@pytest.mark.parametrize("quote", ["", "   ", "refused"])
def test_a_quote_too_short_to_prove_anything_is_not_found(quote: str) -> None:
    assert not stands_in(quote, TEXT)


@pytest.mark.parametrize("quote", ["refused after 150", "500 ms, caf\u00e9"])
def test_a_quote_may_not_cut_a_number(quote: str) -> None:
    assert not stands_in(quote, TEXT)


def test_a_quote_may_not_cut_a_decimal() -> None:
    assert not stands_in("median: 12", "baseline median: 12.5 requests")


def test_a_line_is_found_by_its_name() -> None:
    assert line_of("time: 12:00\ntitle: Deployed", "title") == "title: Deployed"


def test_a_line_that_is_not_there_is_empty() -> None:
    assert line_of("subtitle: Deployed", "title") == ""
