"""What the errors say, word by word, and what kinds of trouble their words tell of."""

import re
from collections.abc import Iterable, Mapping

from domain.distinctive_words import words_of
from domain.kindred_words import kinds_of_error
from domain.log_patterns import LogPattern
from domain.span_origins import SpanOrigin
from domain.values import Value

_USED_UP = re.compile(
    r"out ?of ?memory|\boom|heap|gc overhead|too many open files|file descriptors|\bleak"
    r"|cannot allocate|exit\w* (?:with )?(?:code|status) 13[47]|sigabrt|sigkill",
    re.IGNORECASE,
)

# Nobody's deployment brings these about: they clear whoever came just before.
_OUTSIDE = re.compile(
    r"no space left|disk (?:is )?full|certificate (?:has |is )?expired|x509: certificate"
    r"|quota exceeded|hardware|read-only file system|node (?:not ready|lost)|spot interruption",
    re.IGNORECASE,
)
_OVERLOAD = re.compile(
    r"overload|in-flight|resource_?exhausted|too many (?:requests|connections|clients)"
    r"|queue (?:wait|is full|full)|rejected ?execution|connection slots|load shed",
    re.IGNORECASE,
)


class Utterance(Value):
    """Words of an error, and which line of its item holds them."""

    text: str
    fact: str
    words: frozenset[str]
    kinds: frozenset[str]  # of error, as `domain.kindred_words` knows them

    @classmethod
    def of(cls, text: str, fact: str) -> "Utterance":
        return cls(text=text, fact=fact, words=words_of(text), kinds=kinds_of_error(text))


def utterances_of(
    voices: Mapping[str, LogPattern], origins: Mapping[str, SpanOrigin], services: set[str]
) -> dict[str, Utterance]:
    """By evidence id: what patterns say, and failing spans of these services."""
    logged = {key: Utterance.of(one.example, "example") for key, one in voices.items()}
    traced = {
        key: Utterance.of(f"{one.resource} {one.trouble.value} {one.error_message}", "spans")
        for key, one in origins.items()
        if one.began_at and one.service in services
    }
    return {**logged, **traced}


def tell_of_something_used_up(said: Iterable[Utterance]) -> bool:
    """Which takes its time: hours may lie between a change and that."""
    return any(_USED_UP.search(one.text) for one in said)


def tell_of_overload(said: Iterable[Utterance]) -> bool:
    return any(_OVERLOAD.search(one.text) for one in said)


def tell_of_what_nobody_deploys(said: Iterable[Utterance]) -> bool:
    return any(_OUTSIDE.search(one.text) for one in said)
