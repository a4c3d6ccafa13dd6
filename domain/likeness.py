"""Why a past incident came back for a new one, in words that a tired person can judge."""

import re
from collections.abc import Iterable

from domain.case import Frame
from domain.memory import SimilarIncident

MAX_WORDS = 6

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the and for with from that this was are has have not but been when then than over into "
        "alert alerts monitor error errors warn warning service host env high low status",
    )
)


def with_reasons(similar: SimilarIncident, text: str, frame: Frame) -> SimilarIncident:
    """`text` is what memory was asked with."""
    return similar.model_copy(update={"reasons": tuple(_reasons(similar, text, frame))})


def _reasons(similar: SimilarIncident, text: str, frame: Frame) -> Iterable[str]:
    past = similar.incident
    if frame.monitor_id is not None and past.monitor_id == frame.monitor_id:
        yield "the same monitor"
    if past.service and past.service in frame.services:
        yield f"the same service, {past.service}"
    shared = _shared_words(text, past.text)
    if "words" in similar.matched_by and shared:
        yield f"words in common: {', '.join(shared)}"
    if "meaning" in similar.matched_by and similar.similarity is not None:
        yield f"a like meaning ({similar.similarity:.0%})"


def _shared_words(ours: str, theirs: str) -> list[str]:
    """Ours that they have too, in our order, the longest first: those tell most."""
    known = set(_words(theirs))
    shared = dict.fromkeys(word for word in _words(ours) if word in known)
    return sorted(shared, key=len, reverse=True)[:MAX_WORDS]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if len(word) > 2 and word not in _COMMON]
