"""How long a recall takes as the embedded memory grows: `python -m tests.bench.memory_size`.

Milliseconds tell of the machine; the ratios to the first size tell of the memory.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from adapters.evaluation_files import read_incidents, read_queries
from adapters.qdrant import QdrantMemory
from adapters.wordllama import WordLlamaEmbedder
from domain.memory import PastIncident
from tests.factories import NOON, a_past_incident

SIZES = (1_000, 3_000, 10_000)  # the last is as many as a folder holds
ASKED = 20  # queries at each size
SET = Path(__file__).parents[1] / "evaluation" / "retrieval"
INCIDENTS = read_incidents(SET / "incidents.jsonl")
QUERIES = read_queries(SET / "queries.jsonl", INCIDENTS)


async def main(console: Console) -> None:
    embedder = await WordLlamaEmbedder.load()
    with tempfile.TemporaryDirectory(prefix="rayne-bench-") as folder:
        memory = await QdrantMemory.connect(
            url=None,
            path=Path(folder),
            api_key=None,
            model=embedder.model,
            dimension=embedder.dimension,
            timeout=timedelta(seconds=60),
        )
        try:
            await grow_and_ask(memory, embedder, console)
        finally:
            await memory.aclose()


async def grow_and_ask(memory: QdrantMemory, embedder: WordLlamaEmbedder, console: Console) -> None:
    console.print("incidents  median ms  slowest ms  ratio  remember ms")
    incidents, held, first = made_up(), 0, 0.0
    for size in SIZES:
        began = time.perf_counter()
        for _ in range(size - held):
            past = next(incidents)
            await memory.remember(past, await embedder.embed(past.text))
        remembering = milliseconds(began) / (size - held)
        taken = [await recall_time(memory, embedder, query.text) for query in QUERIES[:ASKED]]
        held, first = size, first or statistics.median(taken)
        console.print(row(size, taken, first, remembering))


async def recall_time(memory: QdrantMemory, embedder: WordLlamaEmbedder, text: str) -> float:
    embedding = await embedder.embed(text)
    began = time.perf_counter()
    await memory.recall(text, embedding, before=NOON, excluding="", limit=3)
    return milliseconds(began)


def made_up() -> Iterator[PastIncident]:
    """Without end, the same in every run: each of the sentences of three incidents of the set."""
    choice = random.Random(4)  # noqa: S311 - repeatable, not secret
    number = 0
    while True:
        number += 1
        text = " ".join(one.text for one in choice.sample(INCIDENTS, 3))
        yield a_past_incident(incident_key=f"{number}", text=text, happened_at=an_hour(number))


def an_hour(number: int) -> datetime:
    return NOON - timedelta(hours=number)


def milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1_000


def row(size: int, taken: Sequence[float], first: float, remembering: float) -> str:
    median = statistics.median(taken)
    return (
        f"{size:9,}  {median:9.0f}  {max(taken):10.0f}  {median / first:5.1f}  {remembering:11.1f}"
    )


if __name__ == "__main__":
    asyncio.run(main(Console(highlight=False)))
