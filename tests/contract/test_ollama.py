"""Ollama's client over real HTTP: what is asked, and how each failure is told."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import ollama
import pytest

from adapters.ollama import OllamaEmbedder
from domain.errors import (
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from tests.fakes.telemetry import FakeWatch
from tests.servers.canned import Reply
from tests.servers.ollama import OllamaServer


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(dimension=4) as server:
        yield server


def connect(
    url: str, *, model: str = "embeddinggemma", dimension: int = 4, seconds: float = 5
) -> OllamaEmbedder:
    return OllamaEmbedder.connect(
        url=url, model=model, dimension=dimension, timeout=timedelta(seconds=seconds)
    )


async def test_the_text_is_sent_whole_to_the_chosen_model(server: OllamaServer) -> None:
    await connect(server.url).embed("disk full")

    (request,) = server.requests
    assert request.json() == {"model": "embeddinggemma", "input": "disk full"}


async def test_a_missing_model_says_how_to_get_it(server: OllamaServer) -> None:
    with pytest.raises(Misconfigured, match="ollama pull bge-m3"):
        await connect(server.url, model="bge-m3").embed("disk full")


async def test_a_vector_of_another_length_names_both_lengths(server: OllamaServer) -> None:
    with pytest.raises(Misconfigured, match="makes 4 floats, not 768"):
        await connect(server.url, dimension=768).embed("disk full")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.of({"error": "this model does not support embeddings"}, 400), Misconfigured),
        (Reply.of({"error": "unauthorized"}, 401), Misconfigured),
        (Reply.of({"error": "busy"}, 429), RateLimited),
        (Reply.of({"error": "out of memory"}, 500), Unavailable),
        (Reply(502, b"<html>Bad Gateway</html>"), Unavailable),
        (Reply(418, b"a teapot"), UnexpectedReply),
        (Reply(500, b"[]"), UnexpectedReply),
        (Reply(200, b"<html>Welcome</html>"), UnexpectedReply),
        (Reply(200, b"\xff\xfe"), UnexpectedReply),
        (Reply(200, b"[1, 2]"), UnexpectedReply),
        (Reply.of({"model": "embeddinggemma"}), UnexpectedReply),
        (Reply.of({"embeddings": []}), UnexpectedReply),
        (Reply.of({"embeddings": [[]]}), UnexpectedReply),
        (Reply.of({"embeddings": [["a", "b", "c", "d"]]}), UnexpectedReply),
        (Reply.of({"embeddings": [[0.0, 0.0, 0.0, 0.0]]}), UnexpectedReply),
        (Reply(200, b'{"embeddings": [[NaN, 1, 1, 1]]}'), UnexpectedReply),
    ],
)
async def test_every_bad_answer_is_a_domain_error(
    server: OllamaServer, reply: Reply, error: type[RayneError]
) -> None:
    server.answer = lambda _: reply

    with pytest.raises(RayneError) as caught:
        await connect(server.url).embed("disk full")

    assert type(caught.value) is error


async def test_a_server_that_never_answers_times_out(server: OllamaServer) -> None:
    server.answer = lambda _: Reply(never=True)

    with pytest.raises(TimedOut):
        await connect(server.url, seconds=0.1).embed("disk full")


async def test_a_server_that_hangs_up_is_unavailable(server: OllamaServer) -> None:
    server.answer = lambda _: Reply(never=True)
    server.closing.set()

    with pytest.raises(Unavailable):
        await connect(server.url).embed("disk full")


async def test_a_server_that_is_gone_is_unavailable() -> None:
    with OllamaServer() as server:
        url = server.url

    with pytest.raises(Unavailable):
        await connect(url).embed("disk full")


@pytest.mark.parametrize("url", ["http://[::1", "http://localhost:port", "ftp://localhost"])
async def test_an_impossible_address_is_misconfigured(url: str) -> None:
    with pytest.raises(Misconfigured):
        await connect(url).embed("disk full")


async def test_a_failed_call_is_not_repeated(server: OllamaServer) -> None:
    server.answer = lambda _: Reply(500)

    with pytest.raises(Unavailable):
        await connect(server.url).embed("disk full")

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("embeddinggemma", "embeddinggemma-4"),
        ("embeddinggemma:latest", "embeddinggemma-4"),
        ("nomic-embed-text:v1.5", "nomic-embed-text-v1.5-4"),
        ("hf.co/BAAI/bge-m3", "hf.co-baai-bge-m3-4"),
    ],
)
def test_a_models_label_is_fit_for_a_collections_name(name: str, label: str) -> None:
    assert connect("http://127.0.0.1:11434", model=name).model == label


def kinds_of(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in kinds_of(child))]


HTTP_ERRORS = [*kinds_of(httpx.HTTPError), httpx.InvalidURL]
OWN_ERRORS = [ollama.RequestError("boom"), ollama.ResponseError("boom")]


class FailingClient(ollama.AsyncClient):
    """Ollama's client, about to raise what the test chose."""

    def __init__(self, error: Exception) -> None:
        super().__init__("http://127.0.0.1:1")
        self.error = error

    async def embed(self, *_: object, **__: object) -> ollama.EmbedResponse:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        # Without __init__: some want a request and a response to be made.
        *(kind.__new__(kind, "boom") for kind in HTTP_ERRORS),
        *OWN_ERRORS,
        ConnectionError("boom"),
        ValueError("boom"),
        TypeError("boom"),
        AttributeError("boom"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_nothing_that_the_client_raises_escapes(error: Exception) -> None:
    with pytest.raises(RayneError):
        await OllamaEmbedder(FailingClient(error), "embeddinggemma", 4).embed("disk full")


async def test_each_text_is_one_watched_call(server: OllamaServer) -> None:
    watch = FakeWatch()

    await connect(server.url).watched_by(watch).embed("disk full")
    with pytest.raises(Misconfigured):
        await connect(server.url, model="bge-m3").watched_by(watch).embed("disk full")

    assert watch.calls == [("ollama", "embed", "ok"), ("ollama", "embed", "Misconfigured")]
