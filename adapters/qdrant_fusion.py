"""How the scores of the two halves become one, by the strength of the model that embeds.

A model that reads a text in its order earns an equal say: distribution-based fusion (DBSF). A
static one averages the vectors of single words, so a long report blurs into all other reports;
given an equal say it brings the search below plain keywords. It only adds to their score.
"""

from collections.abc import Sequence
from typing import NamedTuple

from qdrant_client import models

STATIC_MODELS = ("wordllama-",)  # how their names begin

# What a cosine of 1 is worth in points of BM25, where a shared rare word is worth about five.
# More gains a little on short texts and loses more on long ones (docs/decisions/018-memory.md).
MEANING_WEIGHT = 10.0


class Fusion(NamedTuple):
    """`share_of_best`: what scores less than this share of the best is not like the new one."""

    query: models.Query
    share_of_best: float


def fusion_for(model: str, searches: Sequence[models.Prefetch]) -> Fusion:
    """`searches` has meaning before words, where both can be asked."""
    if len(searches) < 2 or not model.startswith(STATIC_MODELS):
        # Its scores are relative already: to share out the best one's would mean nothing.
        return Fusion(models.FusionQuery(fusion=models.Fusion.DBSF), share_of_best=0.0)
    meaning, words = "$score[0]", "$score[1]"
    formula = models.SumExpression(
        sum=[words, models.MultExpression(mult=[MEANING_WEIGHT, meaning])]
    )
    absent = {meaning: 0.0, words: 0.0}  # of what only the other half has found
    return Fusion(models.FormulaQuery(formula=formula, defaults=absent), share_of_best=0.5)
