"""Ranks against what is relevant."""

import math
from datetime import timedelta

import pytest

from domain.retrieval import Query, Ranking, ndcg, recall, reciprocal_rank, score_rankings
from tests.factories import NOON


def a_query(query_id: str, *relevant: str) -> Query:
    return Query(
        id=query_id, text="no space left", happened_at=NOON + timedelta(days=1), relevant=relevant
    )


def test_reciprocal_rank_counts_the_first_relevant_place() -> None:
    assert reciprocal_rank(("x", "a", "b"), {"a", "b"}) == 1 / 2


def test_what_stands_after_the_tenth_place_is_not_found() -> None:
    ranked = (*(str(number) for number in range(10)), "a")

    assert reciprocal_rank(ranked, {"a"}) == 0
    assert recall(ranked, {"a"}, 10) == 0


def test_recall_is_the_part_of_the_relevant_ones_that_was_found() -> None:
    assert recall(("a", "x", "b"), ("a", "b", "c", "d"), 1) == 1 / 4
    assert recall(("a", "x", "b"), ("a", "b", "c", "d"), 5) == 2 / 4


def test_ndcg_is_one_only_with_the_relevant_ones_in_front() -> None:
    assert ndcg(("a", "b", "x"), {"a", "b"}, 5) == 1
    assert ndcg(("x", "a"), {"a"}, 5) == pytest.approx(1 / math.log2(3))
    assert ndcg(("x", "y"), {"a"}, 5) == 0


def test_ndcg_can_be_one_with_more_relevant_ones_than_places() -> None:
    assert ndcg(("a", "b"), ("a", "b", "c"), 2) == 1


def test_a_query_that_nothing_was_found_for_lowers_the_means() -> None:
    queries = (a_query("q1", "a"), a_query("q2", "b"))

    total = score_rankings("memory", queries, (Ranking(query_id="q1", found=("a",)),))

    assert total.queries == 2
    assert (total.mrr, total.recall_1, total.ndcg_5) == (0.5, 0.5, 0.5)
