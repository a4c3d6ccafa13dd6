"""The secret scanner beside our own rules: what it adds, what it leaves, how it fails."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from kingfisher_sdk import Rules

from adapters.kingfisher import Kingfisher
from domain.redaction import WITHHELD, detecting, redact
from tests.redaction.corpus import harmless, leaks

# Of issuers that no rule of ours names. In parts, for secret scanners read tests as well.
UNNAMED = [
    "PMAK-" + "66f1a2b3c4d5e6f708192a3b" + "-" + "4c5d6e7f8091a2b3c4d5e6f708192a3b4c",
    "rubygems_" + "4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3",
    "pul-" + "4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f",
]


@pytest_asyncio.fixture(scope="session")
async def kingfisher() -> AsyncIterator[Kingfisher]:
    scanner = await Kingfisher.load()
    with detecting(scanner):
        yield scanner


@pytest.mark.parametrize("secret", UNNAMED, ids=lambda secret: secret[:5])
def test_a_token_that_no_rule_of_ours_knows_is_taken_out(
    kingfisher: Kingfisher, secret: str
) -> None:
    assert kingfisher(f"login with {secret} failed") == "login with [redacted] failed"


@pytest.mark.parametrize("text", harmless())
def test_the_scanner_leaves_what_is_harmless(kingfisher: Kingfisher, text: str) -> None:
    assert kingfisher(text) == text


def test_what_is_redacted_already_stays(kingfisher: Kingfisher) -> None:
    cleaned = [redact(leak.text) for leak in leaks()]

    assert [redact(text) for text in cleaned] == cleaned


def test_a_text_that_cannot_be_scanned_is_withheld(kingfisher: Kingfisher) -> None:
    class Stuck(Kingfisher):
        def __call__(self, text: str) -> str:
            raise TimeoutError

    with detecting(Stuck(kingfisher._scanner)):  # noqa: SLF001 - any scanner will do
        assert redact("nothing secret") == WITHHELD


def test_hundreds_of_rules_are_loaded() -> None:
    assert len(Rules(confidence="medium")) > 400
