"""How well past incidents are found: ranks against what is known to be relevant.

Past only: an incident that happened at or after the query's moment is never a hit.
"""

import math
from collections.abc import Collection, Sequence

from pydantic import AwareDatetime, Field

from domain.values import Value

DEPTH = 10  # how many results are looked at


class KnownIncident(Value, extra="ignore"):
    """A line of the incidents' file."""

    id: str = Field(min_length=1)
    title: str = ""
    text: str = Field(min_length=1)
    service: str = ""
    happened_at: AwareDatetime
    labels: tuple[str, ...] = ()


class Query(Value, extra="ignore"):
    """A line of the queries' file. `relevant` are ids; without one in its past nothing is right."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    service: str = ""
    happened_at: AwareDatetime
    relevant: tuple[str, ...] = ()


class Ranking(Value):
    """What a search answered to one query, best first, without repetitions."""

    query_id: str
    found: tuple[str, ...]


class RetrievalScore(Value):
    """Means over all queries, 0 to 1, and the answers that they come from."""

    searcher: str
    queries: int
    mrr: float
    recall_1: float
    recall_5: float
    recall_10: float
    ndcg_5: float
    seconds: float = 0.0
    rankings: tuple[Ranking, ...] = ()


def score_rankings(
    searcher: str, queries: Sequence[Query], rankings: Sequence[Ranking], *, seconds: float = 0.0
) -> RetrievalScore:
    """A query without a ranking found nothing."""
    found = {ranking.query_id: ranking.found for ranking in rankings}
    pairs = [(found.get(query.id, ()), query.relevant) for query in queries]
    return RetrievalScore(
        searcher=searcher,
        queries=len(queries),
        mrr=_mean([reciprocal_rank(ranked, relevant) for ranked, relevant in pairs]),
        recall_1=_mean([recall(ranked, relevant, 1) for ranked, relevant in pairs]),
        recall_5=_mean([recall(ranked, relevant, 5) for ranked, relevant in pairs]),
        recall_10=_mean([recall(ranked, relevant, 10) for ranked, relevant in pairs]),
        ndcg_5=_mean([ndcg(ranked, relevant, 5) for ranked, relevant in pairs]),
        seconds=seconds,
        rankings=tuple(rankings),
    )


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 over the place of the first relevant one among the first `DEPTH`; 0 without one."""
    places = (place for place, one in enumerate(ranked[:DEPTH], start=1) if one in relevant)
    first = next(places, None)
    return 1 / first if first else 0.0


def recall(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float:
    """Which part of the relevant ones is among the first `depth`."""
    return sum(one in relevant for one in ranked[:depth]) / len(relevant)


def ndcg(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float:
    """1 where the relevant ones stand first; later places count less."""
    gain = sum(_worth(place) for place, one in enumerate(ranked[:depth]) if one in relevant)
    best = sum(_worth(place) for place in range(min(len(relevant), depth)))
    return gain / best


def _worth(place: int) -> float:
    return 1 / math.log2(place + 2)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
