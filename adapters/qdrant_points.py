"""What Rayne's points in Qdrant hold, how they are searched, and how a hit is judged."""

import math
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError
from qdrant_client import models

from domain.errors import UnexpectedReply
from domain.memory import PastIncident, SimilarIncident

MEANING = "meaning"  # the dense vector
WORDS = "words"  # the sparse one
HAPPENED_AT = "happened_at"  # in the payload: seconds since 1970, for filters
INCIDENT = "incident"  # in the payload: the past incident as JSON

# What passes none of these is not shown, however empty the answer: alerts unlike anything before
# must recall nothing. docs/decisions/018-memory.md tells what each of them costs and keeps out.
MEANING_FLOOR = 0.4  # cosine
WORDS_FLOOR = 0.2  # share of the shorter text's distinct terms that the other text has too
SUM_FLOOR = 0.5  # of both: two weak likenesses that agree
FEW_TERMS = 6  # a shorter text counts as this long: one word in common is a coincidence

_POINTS = uuid.UUID("9b3c1c36-6f0e-5a52-9d0e-8a3d1f0c7b11")  # our own namespace for point ids


def point_id(incident_key: str) -> str:
    """The same for the same key, so that an upsert is idempotent."""
    return str(uuid.uuid5(_POINTS, incident_key))


def sparse(weights: Mapping[int, float]) -> models.SparseVector:
    return models.SparseVector(indices=list(weights), values=list(weights.values()))


def only_past(before: datetime, excluding: str) -> models.Filter:
    return models.Filter(
        must=[models.FieldCondition(key=HAPPENED_AT, range=models.Range(lt=before.timestamp()))],
        must_not=[models.HasIdCondition(has_id=[point_id(excluding)])],
    )


def searches_for(
    terms: Mapping[int, float], vector: Sequence[float], allowed: models.Filter, limit: int
) -> list[models.Prefetch]:
    """One search for each half that has something to search with."""
    searches = []
    if vector:
        searches.append(
            models.Prefetch(query=list(vector), using=MEANING, filter=allowed, limit=limit)
        )
    if terms:
        searches.append(
            models.Prefetch(query=sparse(terms), using=WORDS, filter=allowed, limit=limit)
        )
    return searches


def similar(
    point: models.ScoredPoint,
    terms: Mapping[int, float],
    vector: Sequence[float],
    *,
    least: float = 0.0,
) -> SimilarIncident:
    """The hit, with what the fused score hides: how near it truly is in each half.

    Even the best of a bad lot scores best. Both halves are therefore measured again on the stored
    vectors, against floors. A score below `least` matches by nothing.
    """
    vectors = point.vector if isinstance(point.vector, dict) else {}
    stored, words = vectors.get(MEANING), vectors.get(WORDS)
    similarity = _cosine(vector, stored) if vector and isinstance(stored, list) else None
    overlap = _overlap(terms, words.indices) if isinstance(words, models.SparseVector) else 0.0
    incident = incident_of(point.payload)
    return SimilarIncident(
        incident=incident,
        score=point.score * incident.standing.weight,
        matched_by=_matched_by(similarity or 0.0, overlap) if point.score >= least else (),
        similarity=similarity,
    )


def _matched_by(similarity: float, overlap: float) -> tuple[str, ...]:
    near = {"meaning": similarity >= MEANING_FLOOR, "words": overlap >= WORDS_FLOOR}
    if not any(near.values()) and similarity + overlap >= SUM_FLOOR:
        return tuple(near)
    return tuple(half for half, is_near in near.items() if is_near)


def _cosine(a: Sequence[float], b: Sequence[object]) -> float:
    """From 0 to 1: an opposite meaning is as far as an unrelated one."""
    numbers = [value for value in b if isinstance(value, int | float)]
    norms = math.hypot(*a) * math.hypot(*numbers)
    if not norms or len(numbers) != len(a):
        return 0.0
    return min(1.0, max(0.0, sum(x * y for x, y in zip(a, numbers, strict=True)) / norms))


def _overlap(terms: Mapping[int, float], indices: Sequence[int]) -> float:
    shorter = max(FEW_TERMS, min(len(terms), len(indices)))
    return len(terms.keys() & set(indices)) / shorter


def incident_of(payload: models.Payload | None) -> PastIncident:
    try:
        return PastIncident.model_validate((payload or {}).get(INCIDENT))
    except ValidationError as error:
        raise UnexpectedReply(
            "Qdrant's collection holds a point that is no past incident of this release"
        ) from error
