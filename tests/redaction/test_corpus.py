"""What leaks into logs is taken out, and what looks like it stays."""

import pytest

from domain.clean import clean
from domain.redaction import redact
from tests.redaction.corpus import Leak, harmless, leaks
from tests.unit.domain import scenarios

AT_LEAST = 80
PIECE = 10  # letters of a secret that must not stand anywhere


@pytest.mark.parametrize("leak", leaks(), ids=lambda leak: leak.id)
def test_a_leak_is_taken_out(leak: Leak) -> None:
    cleaned = redact(leak.text)

    assert not [piece for piece in _pieces(leak.secret) if piece in cleaned]


@pytest.mark.parametrize("leak", leaks(), ids=lambda leak: leak.id)
def test_a_leak_is_taken_out_of_the_middle_of_a_long_line(leak: Leak) -> None:
    line = f"2026-11-20 14:03:11 ERROR [worker-17] {leak.text}, giving up (attempt 3 of 3)"

    assert not [piece for piece in _pieces(leak.secret) if piece in redact(line)]


@pytest.mark.parametrize("leak", leaks(), ids=lambda leak: leak.id)
def test_invisible_letters_do_not_carry_a_leak_through(leak: Leak) -> None:
    hidden = "\u200b".join(leak.secret)

    assert leak.secret not in redact(leak.text.replace(leak.secret, hidden)).replace("\u200b", "")


@pytest.mark.parametrize("text", harmless())
def test_what_only_looks_like_a_leak_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("text", [*harmless(), *(leak.text for leak in leaks())])
def test_redacting_again_changes_nothing_more(text: str) -> None:
    once = redact(text)

    assert redact(once) == once


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert min(len({leak.id for leak in leaks()}), len(set(harmless()))) >= AT_LEAST


def _pieces(secret: str) -> set[str]:
    return {secret[at : at + PIECE] for at in range(max(1, len(secret) - PIECE + 1))}


@pytest.mark.parametrize("name", scenarios.names())
def test_no_word_of_a_shipped_scenario_is_taken_out(name: str) -> None:
    case = scenarios.load(name)

    assert clean(case) == case
