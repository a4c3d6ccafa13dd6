"""Memory with the embedded defaults never falls below keyword search, on a set of our own."""

import hashlib
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.evaluation_files import read_incidents, read_queries
from cli.eval_retrieval import RetrievalReport, evaluate_retrieval
from domain.retrieval import Query, RetrievalScore, score_rankings
from domain.values import Value

SET = Path(__file__).parent / "retrieval"
INCIDENTS = read_incidents(SET / "incidents.jsonl")
QUERIES = read_queries(SET / "queries.jsonl", INCIDENTS)
HAPPENED_AT = {incident.id: incident.happened_at for incident in INCIDENTS}
TALK = (SET / "talk.txt").read_text(encoding="utf-8").splitlines()  # as in every report
FIGURES = ("mrr", "recall_1", "recall_5", "ndcg_5")


@pytest.fixture(scope="module")
async def report() -> RetrievalReport:
    return await evaluate_retrieval(SET / "incidents.jsonl", SET / "queries.jsonl")


def falls_short(searcher: RetrievalScore, baseline: RetrievalScore) -> dict[str, float]:
    """By how much, for each figure that does."""
    gaps = {name: getattr(searcher, name) - getattr(baseline, name) for name in FIGURES}
    return {name: gap for name, gap in gaps.items() if gap < 0}


def on_half(score: RetrievalScore, half: int) -> RetrievalScore:
    return score_rankings(score.searcher, in_half(half), score.rankings)


def in_half(half: int) -> list[Query]:
    """Those with something relevant in their past, halved by their ids."""
    return [
        query.model_copy(update={"relevant": past})
        for query in QUERIES
        if (past := tuple(one for one in query.relevant if HAPPENED_AT[one] < query.happened_at))
        and hashlib.blake2b(query.id.encode(), digest_size=1).digest()[0] % 2 == half
    ]


def amid_talk(text: str, sentences: int, choice: random.Random) -> str:
    opening, *rest = choice.sample(TALK, sentences)
    return " ".join((opening, text, *rest))


def written(path: Path, lines: Sequence[Value]) -> Path:
    path.write_text("\n".join(line.model_dump_json() for line in lines), encoding="utf-8")
    return path


def test_the_set_is_as_large_as_promised(report: RetrievalReport) -> None:
    assert report.incidents >= 220
    assert report.queries >= 110
    assert report.without_past >= 10


def test_memory_ranks_no_worse_than_bm25(report: RetrievalReport) -> None:
    memory, baseline, _ = report.scores

    assert falls_short(memory, baseline) == {}
    assert memory.recall_10 >= baseline.recall_10


@pytest.mark.parametrize("half", [0, 1])
def test_memory_ranks_no_worse_than_bm25_on_either_half(report: RetrievalReport, half: int) -> None:
    memory, baseline, _ = (on_half(score, half) for score in report.scores)

    assert falls_short(memory, baseline) == {}


async def test_memory_ranks_no_worse_than_bm25_where_texts_are_long_and_mostly_alike(
    tmp_path: Path,
) -> None:
    """Reports with what every report says, alerts with runbooks: an embedding is lost in them."""
    choice = random.Random(7)  # noqa: S311 - repeatable, not secret
    incidents = [
        one.model_copy(update={"text": amid_talk(one.text, 8, choice)}) for one in INCIDENTS
    ]
    queries = [
        one.model_copy(update={"text": amid_talk(one.text, 2, choice)}) for one in in_half(1)
    ]

    report = await evaluate_retrieval(
        written(tmp_path / "incidents.jsonl", incidents),
        written(tmp_path / "queries.jsonl", queries),
    )

    memory, baseline, _ = report.scores
    assert falls_short(memory, baseline) == {}


def test_what_memory_shows_is_no_worse_than_bm25_although_it_leaves_out_the_unlike(
    report: RetrievalReport,
) -> None:
    _, baseline, shown = report.scores

    assert falls_short(shown, baseline) == {}


def test_two_of_three_alerts_without_a_like_in_the_past_are_shown_nothing(
    report: RetrievalReport,
) -> None:
    assert report.answered <= report.without_past / 3


def test_nothing_is_found_that_happened_after_the_query(report: RetrievalReport) -> None:
    asked_at = {query.id: query.happened_at for query in QUERIES}

    late = [
        (ranking.query_id, one)
        for score in report.scores
        for ranking in score.rankings
        for one in ranking.found
        if HAPPENED_AT[one] >= asked_at[ranking.query_id]
    ]

    assert late == []


def test_relevant_incidents_lie_after_some_queries() -> None:
    """Or the test above could not fail."""
    late = [
        one for query in QUERIES for one in query.relevant if HAPPENED_AT[one] > query.happened_at
    ]

    assert len(late) >= 5
