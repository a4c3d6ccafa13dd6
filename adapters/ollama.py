"""Embeddings from an Ollama server."""

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Self

import httpx
import ollama

from domain.errors import (
    InvalidInput,
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from domain.memory import Embedding
from domain.telemetry import UNWATCHED, Watch


class OllamaEmbedder:
    """Implements `domain.ports.Embedder`.

    The dimension is told, not asked for, so that a worker starts while Ollama is down and its
    memory knows which collection is its own. A model that makes another one is Misconfigured.
    """

    def __init__(self, client: ollama.AsyncClient, model: str, dimension: int) -> None:
        self._watch = UNWATCHED
        self._client = client
        self._name = model
        self._dimension = dimension

    @classmethod
    def connect(cls, *, url: str, model: str, dimension: int, timeout: timedelta) -> Self:
        """Asks nothing yet. `model` is Ollama's name for it, `dimension` its vector's length."""
        try:
            client = ollama.AsyncClient(url, timeout=timeout.total_seconds())
        except (ValueError, httpx.InvalidURL) as error:
            raise Misconfigured(f"OLLAMA_URL is no address: {error}") from error
        return cls(client, model, dimension)

    def watched_by(self, watch: Watch) -> Self:
        self._watch = watch
        return self

    @property
    def model(self) -> str:
        """As in "embeddinggemma-768": without the signs that a collection's name may not hold."""
        name = re.sub(r"[^a-z0-9._-]+", "-", self._name.lower().removesuffix(":latest"))
        return f"{name}-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    async def embed(self, text: str) -> Embedding:
        """Raises InvalidInput where the text says nothing. Ollama cuts off what is too long."""
        if not text.strip():
            raise InvalidInput("a text without words has no meaning to embed")
        with self._watch.calling("ollama", "embed"), self._in_our_words():
            answer = await self._client.embed(self._name, text)
        return Embedding(model=self.model, vector=self._checked(answer.embeddings))

    async def aclose(self) -> None:
        # The library forgot this one annotation.
        await self._client.close()  # type: ignore[no-untyped-call]

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        """Turns everything that the client can raise into a domain error."""
        try:
            yield
        except ollama.ResponseError as error:
            raise self._refused(error) from error
        except httpx.TimeoutException as error:
            raise TimedOut("Ollama did not answer in time") from error
        except (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise Misconfigured(f"OLLAMA_URL cannot be asked: {error}") from error
        except (httpx.TransportError, OSError) as error:
            raise Unavailable(f"Ollama cannot be reached: {error}") from error
        except (httpx.HTTPError, ollama.RequestError) as error:
            raise UnexpectedReply(f"Ollama's answer cannot be read: {error!r}") from error
        # The client reads whatever came as JSON, and whatever JSON came as an object.
        except (ValueError, TypeError, AttributeError) as error:
            raise UnexpectedReply("Ollama's answer is not of the agreed shape") from error

    def _refused(self, error: ollama.ResponseError) -> RayneError:
        status = error.status_code
        if status == 404:
            return Misconfigured(
                f"Ollama does not have the model {self._name!r}: run `ollama pull {self._name}`"
            )
        if status == 429:
            return RateLimited("Ollama asked us to slow down")
        if status in (400, 401, 403):  # 400: the model is there and does not embed
            return Misconfigured(f"Ollama refuses to embed with {self._name!r}: {error.error}")
        if status >= 500:
            return Unavailable(f"Ollama is failing ({status})")
        return UnexpectedReply(f"Ollama answered {status} to an embedding")

    def _checked(self, vectors: Sequence[Sequence[float]]) -> tuple[float, ...]:
        if len(vectors) != 1 or not all(map(math.isfinite, vectors[0])) or not any(vectors[0]):
            raise UnexpectedReply("Ollama did not answer with one vector of numbers")
        vector = tuple(vectors[0])
        if len(vector) != self._dimension:
            raise Misconfigured(
                f"the embedding model {self._name!r} makes {len(vector)} floats, "
                f"not {self._dimension}: correct the dimension in the settings"
            )
        return vector
