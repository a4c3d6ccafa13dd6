"""Words that are no accident."""

from domain.distinctive_words import shared, words_of


def test_names_in_camel_case_are_taken_apart() -> None:
    assert words_of("TaxCalculator in HTMLRenderer") == {"calculator", "html", "renderer"}


def test_everyday_words_do_not_count() -> None:
    assert words_of("Deployment failed: connection timeout of the service") == frozenset()


def test_a_common_stem_makes_two_words_one() -> None:
    assert shared({"calculation"}, {"calculator"}) == ["calculation"]


def test_short_words_must_be_equal() -> None:
    assert shared({"price"}, {"prices"}) == []
