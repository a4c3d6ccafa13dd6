"""What every embedder promises: the fake, wordllama, and Ollama's client over HTTP."""

import math
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.ollama import OllamaEmbedder
from adapters.wordllama import WordLlamaEmbedder
from domain.errors import InvalidInput
from domain.ports import Embedder
from tests.fakes.embedder import FakeEmbedder
from tests.servers.ollama import OllamaServer

TEXT = "checkout cannot reach the payment provider"


@pytest.fixture(scope="module")
async def wordllama() -> WordLlamaEmbedder:
    return await WordLlamaEmbedder.load()


@pytest.fixture
async def ollama() -> AsyncIterator[OllamaEmbedder]:
    with OllamaServer(dimension=4) as server:
        embedder = OllamaEmbedder.connect(
            url=server.url, model="embeddinggemma", dimension=4, timeout=timedelta(seconds=5)
        )
        yield embedder
        await embedder.aclose()


@pytest.fixture(params=["fake", "wordllama", "ollama"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "fake":
        return FakeEmbedder()
    found: Embedder = request.getfixturevalue(request.param)
    return found


async def test_an_embedding_names_the_model_that_made_it(embedder: Embedder) -> None:
    embedding = await embedder.embed(TEXT)

    assert embedding.model == embedder.model


async def test_the_models_name_ends_with_the_length_of_its_vectors(embedder: Embedder) -> None:
    embedding = await embedder.embed(TEXT)

    assert embedder.model.endswith(f"-{len(embedding.vector)}")


async def test_every_number_of_a_vector_is_finite(embedder: Embedder) -> None:
    embedding = await embedder.embed(TEXT)

    assert all(map(math.isfinite, embedding.vector))


async def test_the_same_text_has_the_same_vector(embedder: Embedder) -> None:
    assert await embedder.embed(TEXT) == await embedder.embed(TEXT)


@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_a_text_without_words_is_refused(embedder: Embedder, text: str) -> None:
    with pytest.raises(InvalidInput):
        await embedder.embed(text)
