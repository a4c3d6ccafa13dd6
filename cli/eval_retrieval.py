"""`rayne eval retrieval`: memory's search over past incidents, beside plain BM25."""

import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from adapters.bm25 import Bm25
from adapters.evaluation_files import read_incidents, read_queries
from adapters.qdrant import QdrantMemory
from adapters.wordllama import WordLlamaEmbedder
from domain.analysis import Outcome
from domain.errors import InvalidInput
from domain.memory import PastIncident, SimilarIncident
from domain.retrieval import (
    DEPTH,
    KnownIncident,
    Query,
    Ranking,
    RetrievalScore,
    score_rankings,
)
from domain.values import Value

Search = Callable[[Query], Awaitable[tuple[str, ...]]]

_TIMEOUT = timedelta(seconds=30)  # of one search; local mode computes


class RetrievalReport(Value):
    """`without_past` are queries left out of the scores: nothing relevant happened before them.

    Of those `answered` were shown something all the same.
    """

    incidents: int
    queries: int
    without_past: int
    answered: int
    scores: tuple[RetrievalScore, ...]  # memory's search, the baseline, what memory shows


async def evaluate_retrieval(incidents_file: Path, queries_file: Path) -> RetrievalReport:
    """Through the production memory with the embedded defaults, in a folder thrown away after.

    Memory is scored twice: as it ranks, which BM25 can be compared with, and as it shows, with all
    that is not like the new alert taken out. Raises InvalidInput for a line that cannot be read.
    """
    incidents = read_incidents(incidents_file)
    asked = _past_only(read_queries(queries_file, incidents), incidents)
    queries = [query for query in asked if query.relevant]
    if not queries:
        raise InvalidInput(f"{queries_file}: no query has a relevant incident in its past")
    with tempfile.TemporaryDirectory(prefix="rayne-eval-") as folder:
        async with _memory_of(incidents, Path(folder)) as memory:
            ranked = await _score(memory.name, queries, memory.rank)
            shown = await _score("what memory shows", queries, memory.recall)
            strangers = [await memory.recall(query) for query in asked if not query.relevant]
    return RetrievalReport(
        incidents=len(incidents),
        queries=len(queries),
        without_past=len(strangers),
        answered=sum(bool(found) for found in strangers),
        scores=(ranked, await _score_bm25(incidents, queries), shown),
    )


def print_retrieval(report: RetrievalReport, console: Console) -> None:
    table = Table(
        title=f"{report.queries} queries over {report.incidents} incidents, past only",
        title_justify="left",
    )
    for heading in ("Search", "MRR", "R@1", "R@5", "R@10", "nDCG@5", "Seconds"):
        table.add_column(heading, justify="left" if heading == "Search" else "right")
    for one in report.scores:
        figures = (one.mrr, one.recall_1, one.recall_5, one.recall_10, one.ndcg_5)
        table.add_row(one.searcher, *(f"{figure:.3f}" for figure in figures), f"{one.seconds:.1f}")
    console.print(table)
    if report.without_past:
        console.print(
            f"{report.without_past} queries left out: nothing relevant in their past. "
            f"Memory shows something for {report.answered} of them."
        )


def _past_only(queries: Sequence[Query], incidents: Sequence[KnownIncident]) -> list[Query]:
    """Each with those relevant ones only that had happened by then."""
    happened = {incident.id: incident.happened_at for incident in incidents}
    return [
        query.model_copy(
            update={
                "relevant": tuple(
                    one for one in query.relevant if happened[one] < query.happened_at
                )
            }
        )
        for query in queries
    ]


class _Searcher:
    """Memory, asked with queries and answering ids."""

    def __init__(self, memory: QdrantMemory, embedder: WordLlamaEmbedder) -> None:
        self._memory = memory
        self._embedder = embedder

    @property
    def name(self) -> str:
        return f"memory ({self._embedder.model})"

    async def rank(self, query: Query) -> tuple[str, ...]:
        text = _query_text(query)
        return _keys(
            await self._memory.rank(
                text,
                await self._embedder.embed(text),
                before=query.happened_at,
                excluding="",
            )
        )

    async def recall(self, query: Query) -> tuple[str, ...]:
        text = _query_text(query)
        return _keys(
            await self._memory.recall(
                text,
                await self._embedder.embed(text),
                before=query.happened_at,
                excluding="",
                limit=DEPTH,
            )
        )


@asynccontextmanager
async def _memory_of(incidents: Sequence[KnownIncident], folder: Path) -> AsyncIterator[_Searcher]:
    embedder = await WordLlamaEmbedder.load()
    memory = await QdrantMemory.connect(
        url=None,
        path=folder,
        api_key=None,
        model=embedder.model,
        dimension=embedder.dimension,
        timeout=_TIMEOUT,
    )
    try:
        for number, incident in enumerate(incidents, start=1):
            past = _past_incident(number, incident)
            await memory.remember(past, await embedder.embed(past.text))
        yield _Searcher(memory, embedder)
    finally:
        await memory.aclose()


def _keys(found: Sequence[SimilarIncident]) -> tuple[str, ...]:
    return tuple(similar.incident.incident_key for similar in found[:DEPTH])


async def _score_bm25(
    incidents: Sequence[KnownIncident], queries: Sequence[Query]
) -> RetrievalScore:
    """The same texts for both."""
    index = Bm25({incident.id: _text(incident) for incident in incidents})

    async def search(query: Query) -> tuple[str, ...]:
        past = {one.id for one in incidents if one.happened_at < query.happened_at}
        return index.search(_query_text(query), among=past, limit=DEPTH)

    return await _score("BM25", queries, search)


async def _score(name: str, queries: Sequence[Query], search: Search) -> RetrievalScore:
    began = time.monotonic()
    rankings = [Ranking(query_id=query.id, found=await search(query)) for query in queries]
    return score_rankings(name, queries, rankings, seconds=time.monotonic() - began)


def _past_incident(number: int, incident: KnownIncident) -> PastIncident:
    return PastIncident(
        incident_key=incident.id,
        incident_id=number,
        happened_at=incident.happened_at,
        title=incident.title,
        text=_text(incident),
        service=incident.service,
        outcome=Outcome.LIKELY,
    )


def _text(incident: KnownIncident) -> str:
    """As production puts an incident into words: title, service, message."""
    return _joined(incident.title, incident.service, incident.text)


def _query_text(query: Query) -> str:
    return _joined(query.service, query.text)


def _joined(*parts: str) -> str:
    return "; ".join(" ".join(part.split()) for part in parts if part.strip())
