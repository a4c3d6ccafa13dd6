"""The baseline's search."""

from adapters.bm25 import Bm25

TEXTS = {
    "disk": "no space left on device, kafka broker stopped",
    "pool": "connection pool exhausted while booking",
    "tls": "certificate expired on the gateway",
}


def test_the_text_that_shares_most_rare_words_comes_first() -> None:
    found = Bm25(TEXTS).search("broker: no space on the device", among=TEXTS, limit=10)

    assert found[0] == "disk"


def test_only_the_given_ones_are_searched() -> None:
    found = Bm25(TEXTS).search("kafka device full", among={"pool", "tls"}, limit=10)

    assert found == ()


def test_no_more_are_found_than_asked_for() -> None:
    texts = {str(number): f"disk full on broker {number}" for number in range(9)}

    assert len(Bm25(texts).search("broker disk", among=texts, limit=4)) == 4


def test_words_that_no_text_has_find_nothing() -> None:
    assert Bm25(TEXTS).search("zebra", among=TEXTS, limit=10) == ()


def test_words_that_say_nothing_find_nothing() -> None:
    assert Bm25(TEXTS).search("the of", among=TEXTS, limit=10) == ()
