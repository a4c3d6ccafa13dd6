"""How a hit of the fused search is judged against the floors."""

from typing import Any

import pytest
from qdrant_client import models

from adapters.qdrant_points import INCIDENT, MEANING, WORDS, similar, sparse
from adapters.sparse_text import document_vector, query_vector
from domain.errors import UnexpectedReply
from domain.memory import SimilarIncident
from tests.factories import a_past_incident

RUNBOOK = " ".join(f"step{number}" for number in range(100))


def a_point(text: str, meaning: list[float], **changes: Any) -> models.ScoredPoint:
    defaults: dict[str, Any] = {
        "id": 1,
        "version": 0,
        "score": 0.9,
        "payload": {INCIDENT: a_past_incident(text=text).model_dump(mode="json")},
        "vector": {MEANING: meaning, WORDS: sparse(document_vector(text))},
    }
    return models.ScoredPoint(**(defaults | changes))


def judge(asked: str, remembered: str) -> SimilarIncident:
    return similar(a_point(remembered, [1.0, 0.0]), query_vector(asked), [0.0, 1.0])


def test_one_word_in_common_is_a_coincidence() -> None:
    assert judge("kafka", "kafka disk full").matched_by == ()


def test_two_words_in_common_of_a_short_text_are_a_match() -> None:
    assert judge("kafka disk", "kafka disk full").matched_by == ("words",)


def test_a_long_runbook_in_the_new_alert_hides_no_match() -> None:
    assert judge(f"kafka disk full {RUNBOOK}", "kafka disk full").matched_by == ("words",)


def test_a_long_runbook_in_the_past_alert_hides_no_match() -> None:
    assert judge("kafka disk full", f"kafka disk full {RUNBOOK}").matched_by == ("words",)


@pytest.mark.parametrize(
    ("stored", "asked", "similarity"),
    [
        ([3.0, 4.0], [6.0, 8.0], 1.0),
        ([4.0, 3.0], [1.0, 0.0], 0.8),
        ([-1.0, 0.0], [1.0, 0.0], 0.0),
        ([0.0, 0.0], [1.0, 0.0], 0.0),
    ],
)
def test_similarity_is_the_cosine_of_the_two_vectors(
    stored: list[float], asked: list[float], similarity: float
) -> None:
    found = similar(a_point("kafka", stored), query_vector("kafka"), asked)

    assert found.similarity == pytest.approx(similarity)


def test_a_point_without_vectors_matches_nothing() -> None:
    found = similar(a_point("kafka", [], vector={}), query_vector("kafka"), [1.0])

    assert (found.matched_by, found.similarity) == ((), None)


def test_a_point_that_is_no_past_incident_is_an_unexpected_reply() -> None:
    with pytest.raises(UnexpectedReply):
        similar(a_point("kafka", [1.0], payload={INCIDENT: {"name": "?"}}), {}, ())


def test_two_weak_likenesses_that_agree_are_a_match() -> None:
    # a cosine of 0.35 and a sixth of the words: each below its own floor
    point = a_point("kafka disk full of old logs", [0.35, 0.9367])

    found = similar(point, query_vector("kafka offset commit too slow today"), [1.0, 0.0])

    assert found.matched_by == ("meaning", "words")


def test_a_hit_far_behind_the_best_matches_nothing() -> None:
    found = similar(a_point("kafka", [1.0], score=0.4), query_vector("kafka"), [1.0], least=0.5)

    assert found.matched_by == ()
