"""Text as sparse vectors: the keyword half of the search for similar incidents.

A document's values are BM25's saturated, length-normalised term frequencies; the vector store
multiplies in the other half of BM25, how rare a term is (Qdrant's IDF modifier).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

SATURATION = 1.2  # BM25's k1: how soon repeating a word stops counting
LENGTH_NORMALISATION = 0.75  # BM25's b
AVERAGE_LENGTH = 64  # terms; fixed, so that a vector never depends on what else is stored

# Names of one moment or one machine: they never come back, so they must not count as words.
_PASSING = re.compile(
    r"""
      \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b          # UUID
    | \b\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-][\d:]+)?             # time
    | \b(?:0x)?(?=[0-9a-f]*\d)[0-9a-f]{8,}\b                  # commit, trace id, address
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"(?!20\d\d)\d{3,5}$")  # of an error or an exit, or a port; no year
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        # English words without a subject of their own,
        "a an and are as at be been but by for from has have in is it its more no not of on or our "
        "over than that the their then there this to was were when which while will with "
        # and what every alert says.
        "alert alerting datadog env host http https monitor query service tag triggered",
    )
)


def terms_of(text: str) -> list[str]:
    """The words that tell texts apart, lower case, uninflected, in order, with repetitions.

    `PaymentService.timeout_ms` is four words. Numbers count with a letter (`p99`, `5xx`) or where
    they may be a code (`429`, `23505`).
    """
    words = (
        part.lower()
        for word in _WORD.findall(_PASSING.sub(" ", text))
        for part in _HUMP.split(word)
    )
    return [
        _uninflected(word)
        for word in words
        if len(word) > 1 and word not in _STOP_WORDS and (not word.isdecimal() or _CODE.match(word))
    ]


def document_vector(text: str) -> Mapping[int, float]:
    """What is stored: term index to its weight. Empty where the text has no words."""
    terms = terms_of(text)
    length = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * len(terms) / AVERAGE_LENGTH
    counts = Counter(term_index(term) for term in terms)
    return {
        index: count * (SATURATION + 1) / (count + SATURATION * length)
        for index, count in counts.items()
    }


def query_vector(text: str) -> Mapping[int, float]:
    """What is searched for: every term once. Empty where the text has no words."""
    return {term_index(term): 1.0 for term in terms_of(text)}


def term_index(term: str) -> int:
    """A term's place in the vector: 32 bits, the same in every process and release."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=4).digest())


def _uninflected(word: str) -> str:
    """`fails`, `failed` and `failing` are one word; `failure` is another.

    No more than that: a whole stemmer would fold words that on-call people keep apart.
    """
    word = _singular(word)
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 4:
            return stem.rstrip("e")
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]
