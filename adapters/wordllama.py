"""Embeddings without a server: a static model whose weights come inside its wheel."""

import asyncio
from pathlib import Path
from typing import Self

# The package is not typed.
import wordllama  # type: ignore[import-untyped]

from domain.errors import InvalidInput, Misconfigured
from domain.memory import Embedding
from domain.telemetry import UNWATCHED, Watch

DIMENSION = 256


class WordLlamaEmbedder:
    """Implements `domain.ports.Embedder`. About 1 ms a text, in a thread; never on the network."""

    def __init__(self, network: wordllama.WordLlamaInference) -> None:
        self._watch = UNWATCHED
        self._network = network

    @classmethod
    async def load(cls) -> Self:
        """Reads 16 MB of weights in about 0.2 s, in a thread. Raises Misconfigured."""
        return cls(await asyncio.to_thread(_read_weights))

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    @property
    def model(self) -> str:
        return f"wordllama-{DIMENSION}"

    @property
    def dimension(self) -> int:
        return DIMENSION

    async def embed(self, text: str) -> Embedding:
        """A vector of length 1. Raises InvalidInput where the text says nothing."""
        if not text.strip():
            raise InvalidInput("a text without words has no meaning to embed")
        try:
            with self._watch.calling("wordllama", "embed"):
                vector = await asyncio.to_thread(self._vector, text)
        except TypeError as error:
            raise InvalidInput("a text that is no Unicode cannot be embedded") from error
        return Embedding(model=self.model, vector=vector)

    def _vector(self, text: str) -> tuple[float, ...]:
        vector = self._network.embed(text, norm=True)[0]
        return tuple(float(value) for value in vector)


def _read_weights() -> wordllama.WordLlamaInference:
    try:
        # Left to itself it looks into the user's home and then asks the network.
        return wordllama.WordLlama.load(
            dim=DIMENSION, cache_dir=Path(wordllama.__file__).parent, disable_download=True
        )
    except (OSError, ValueError) as error:
        raise Misconfigured("the weights of wordllama are missing: install it again") from error
