"""How much a model's vectors count beside the words."""

import pytest
from qdrant_client import models

from adapters.qdrant_fusion import MEANING_WEIGHT, fusion_for

MEANING = models.Prefetch(query=[1.0], using="meaning")
WORDS = models.Prefetch(query=models.SparseVector(indices=[1], values=[1.0]), using="words")


def test_a_model_that_reads_sentences_has_an_equal_say() -> None:
    fusion = fusion_for("embeddinggemma-768", [MEANING, WORDS])

    assert fusion.query == models.FusionQuery(fusion=models.Fusion.DBSF)
    assert fusion.share_of_best == 0


@pytest.mark.parametrize("searches", [[MEANING], [WORDS]])
def test_one_half_alone_needs_no_weights(searches: list[models.Prefetch]) -> None:
    assert isinstance(fusion_for("wordllama-256", searches).query, models.FusionQuery)


def test_a_static_model_adds_a_little_to_the_score_of_the_words() -> None:
    words_and_a_little = models.SumExpression(
        sum=["$score[1]", models.MultExpression(mult=[MEANING_WEIGHT, "$score[0]"])]
    )

    query = fusion_for("wordllama-256", [MEANING, WORDS]).query

    assert isinstance(query, models.FormulaQuery)
    assert query.formula == words_and_a_little
