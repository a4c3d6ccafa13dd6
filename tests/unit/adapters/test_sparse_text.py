"""Which words of an alert count, and how much."""

import pytest

from adapters.sparse_text import AVERAGE_LENGTH, document_vector, query_vector, term_index, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("PaymentService.timeoutMs", ["payment", "timeout", "ms"]),
        ("HTTPServer parseURL", ["server", "pars", "url"]),
        ("max_open_files", ["max", "open", "file"]),
        ("/var/lib/kafka-logs", ["var", "lib", "kafka", "log"]),
        ("p99 over 5xx on s3", ["p99", "5xx", "s3"]),
        ("exit code 137, ORA-01555", ["exit", "code", "137", "ora", "01555"]),
        ("Über-Größe", ["über", "größ"]),
    ],
)
def test_identifiers_and_paths_are_split_into_words(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    "passing",
    [
        "42",
        "99.5",
        "2026",
        "4200000",
        "3f2b8c1d-1111-2222-3333-444455556666",
        "2026-01-02T12:00:00.123Z",
        "2026-01-02T12:00:00+02:00",
        "2026-01-02 12:00:00",
        "9fceb02d0ae598e9",
        "0x7ffe1234abcd",
    ],
)
def test_what_names_one_moment_or_one_machine_is_no_word(passing: str) -> None:
    assert terms_of(f"disk {passing} full") == ["disk", "full"]


def test_a_word_of_hexadecimal_letters_alone_is_a_word() -> None:
    assert terms_of("facade deadbeef") == ["facad", "deadbeef"]


def test_what_every_alert_says_is_no_word() -> None:
    assert terms_of("The monitor is alerting on env:prod") == ["prod"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("errors", "error"),
        ("retries", "retry"),
        ("crashes", "crash"),
        ("indexes", "index"),
        ("access", "access"),
        ("status", "status"),
        ("dns", "dns"),
    ],
)
def test_plurals_are_folded(plural: str, singular: str) -> None:
    assert terms_of(plural) == [singular]


@pytest.mark.parametrize(
    "forms",
    [
        "fails failed failing",
        "expires expired expiring expire",
        "refuses refused refusing refuse",
        "caches cached caching cache",
    ],
)
def test_the_forms_of_a_verb_are_one_word(forms: str) -> None:
    assert len(set(terms_of(forms))) == 1


@pytest.mark.parametrize("words", ["fail failure", "red redis", "string strong", "need node"])
def test_words_that_are_no_forms_of_one_another_stay_apart(words: str) -> None:
    assert len(set(terms_of(words))) == 2


def test_a_terms_index_is_the_same_in_every_release() -> None:
    assert [term_index("kafka"), term_index("disk")] == [1766622254, 868066701]


def test_a_query_counts_every_term_once() -> None:
    assert query_vector("disk disk kafka") == {term_index("disk"): 1.0, term_index("kafka"): 1.0}


def test_a_repeated_word_weighs_more_but_not_twice_as_much() -> None:
    filler = "one two three four five six"
    once = document_vector(f"disk {filler}")[term_index("disk")]
    twice = document_vector(f"disk disk {filler}")[term_index("disk")]

    assert once < twice < 2 * once


def test_a_word_of_an_average_text_weighs_one() -> None:
    text = " ".join(f"word{number}" for number in range(AVERAGE_LENGTH))

    assert set(document_vector(text).values()) == {1.0}


def test_a_word_weighs_less_in_a_longer_text() -> None:
    short = document_vector("disk full")[term_index("disk")]
    long = document_vector("disk full " + "noise " * 50)[term_index("disk")]

    assert long < short


@pytest.mark.parametrize("text", ["", "the 42", "!?"])
def test_a_text_without_words_is_an_empty_vector(text: str) -> None:
    assert document_vector(text) == query_vector(text) == {}
