"""What the embedded defaults recall: the right past incident first, and nothing for strangers."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.qdrant import QdrantMemory
from adapters.wordllama import WordLlamaEmbedder
from domain.memory import SimilarIncident
from tests.factories import NOON, a_past_incident
from tests.incident_texts import PARAPHRASES, PAST, UNRELATED


@pytest.fixture(scope="module")
async def embedder() -> WordLlamaEmbedder:
    return await WordLlamaEmbedder.load()


@pytest.fixture(scope="module")
async def memory(
    embedder: WordLlamaEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[QdrantMemory]:
    memory = await QdrantMemory.connect(
        url=None,
        path=tmp_path_factory.mktemp("qdrant"),
        api_key=None,
        model=embedder.model,
        dimension=embedder.dimension,
        timeout=timedelta(seconds=10),
    )
    for key, text in PAST.items():
        await memory.remember(
            a_past_incident(incident_key=key, text=text), await embedder.embed(text)
        )
    yield memory
    await memory.aclose()


async def recall(
    memory: QdrantMemory, embedder: WordLlamaEmbedder, text: str
) -> tuple[SimilarIncident, ...]:
    embedding = await embedder.embed(text)
    return await memory.recall(text, embedding, before=NOON, excluding="", limit=3)


async def test_nine_of_ten_paraphrases_bring_the_right_incident_first(
    memory: QdrantMemory, embedder: WordLlamaEmbedder
) -> None:
    answers = {text: await recall(memory, embedder, text) for text in PARAPHRASES}

    right = [
        text
        for text, found in answers.items()
        if found and found[0].incident.incident_key == PARAPHRASES[text]
    ]
    assert len(right) >= 0.9 * len(PARAPHRASES), sorted(set(PARAPHRASES) - set(right))


async def test_the_floors_let_at_most_one_stranger_through_in_ten_answers(
    memory: QdrantMemory, embedder: WordLlamaEmbedder
) -> None:
    answers = {text: await recall(memory, embedder, text) for text in PARAPHRASES}

    strangers = [
        (text, similar.incident.incident_key)
        for text, found in answers.items()
        for similar in found
        if similar.incident.incident_key != PARAPHRASES[text]
    ]
    assert len(strangers) <= len(PARAPHRASES) / 10, strangers


@pytest.mark.parametrize("text", UNRELATED)
async def test_an_alert_unlike_anything_before_recalls_nothing(
    memory: QdrantMemory, embedder: WordLlamaEmbedder, text: str
) -> None:
    assert await recall(memory, embedder, text) == ()
