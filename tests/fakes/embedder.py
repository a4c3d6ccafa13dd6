"""An embedder without a model: texts with the same words have the same vector."""

import hashlib
import math

from domain.errors import InvalidInput, RayneError
from domain.memory import Embedding

DIMENSION = 64


class FakeEmbedder:
    """Counts words into a small vector of length 1. `texts` holds what it was asked, in order."""

    def __init__(self, *, fails_with: RayneError | None = None) -> None:
        self.fails_with = fails_with
        self.texts: list[str] = []

    @property
    def model(self) -> str:
        return f"fake-{DIMENSION}"

    @property
    def dimension(self) -> int:
        return DIMENSION

    async def embed(self, text: str) -> Embedding:
        self.texts.append(text)
        if self.fails_with:
            raise self.fails_with
        counts = [0.0] * DIMENSION
        for word in text.lower().split():
            counts[hashlib.sha256(word.encode()).digest()[0] % DIMENSION] += 1
        length = math.hypot(*counts)
        if not length:
            raise InvalidInput("a text without words has no meaning to embed")
        return Embedding(model=self.model, vector=tuple(count / length for count in counts))
