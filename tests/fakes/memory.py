"""A memory that forgets when the test ends."""

import math
from datetime import datetime, timedelta

from domain.errors import RayneError
from domain.memory import Embedding, PastIncident, SimilarIncident

MEANING_FLOOR = 0.4
WORDS_FLOOR = 0.2
SUM_FLOOR = 0.5


class FakeMemory:
    """`remembered` and `durations` hold what was stored, `recalls` the texts asked for."""

    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.fails_with = fails_with
        self.remembered: dict[str, tuple[PastIncident, Embedding | None]] = {}
        self.durations: dict[str, timedelta] = {}
        self.recalls: list[str] = []

    async def remember(self, incident: PastIncident, embedding: Embedding | None) -> None:
        self._fail_if_told()
        self.remembered[incident.incident_key] = (incident, embedding)

    async def recall(
        self,
        text: str,
        embedding: Embedding | None,
        *,
        before: datetime,
        excluding: str,
        limit: int,
    ) -> tuple[SimilarIncident, ...]:
        self.recalls.append(text)
        self._fail_if_told()
        found = [
            _compare(self._with_duration(incident), stored, text, embedding)
            for key, (incident, stored) in self.remembered.items()
            if key != excluding and incident.happened_at < before
        ]
        kept = [candidate for candidate in found if candidate.matched_by]
        kept.sort(key=lambda it: (it.score, it.incident.happened_at), reverse=True)
        return tuple(kept[:limit])

    async def note_duration(self, incident_key: str, duration: timedelta) -> None:
        self._fail_if_told()
        if incident_key in self.remembered:
            self.durations[incident_key] = duration

    def _with_duration(self, incident: PastIncident) -> PastIncident:
        noted = self.durations.get(incident.incident_key)
        if noted is None or incident.duration_seconds is not None:
            return incident
        return incident.model_copy(update={"duration_seconds": noted.total_seconds()})

    def _fail_if_told(self) -> None:
        if self.fails_with:
            raise self.fails_with


def _compare(
    incident: PastIncident, stored: Embedding | None, text: str, asked: Embedding | None
) -> SimilarIncident:
    similarity = None
    if stored and asked and stored.model == asked.model:
        similarity = _cosine(stored.vector, asked.vector)
    words = set(text.lower().split())
    shared = len(words & set(incident.text.lower().split())) / len(words) if words else 0.0
    matched_by = []
    if similarity is not None and similarity >= MEANING_FLOOR:
        matched_by.append("meaning")
    if shared >= WORDS_FLOOR:
        matched_by.append("words")
    if not matched_by and (similarity or 0.0) + shared >= SUM_FLOOR:
        matched_by = ["meaning", "words"]
    return SimilarIncident(
        incident=incident,
        score=((similarity or 0.0) + shared) * incident.standing.weight,
        matched_by=tuple(matched_by),
        similarity=similarity,
    )


def _cosine(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    products = sum(x * y for x, y in zip(a, b, strict=True))
    return min(1.0, max(0.0, products / (math.hypot(*a) * math.hypot(*b))))
