"""Nothing that Qdrant's client can raise escapes its adapter, in a folder or over HTTP."""

import json
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from adapters.qdrant import QdrantMemory
from adapters.qdrant_errors import in_our_words, opening
from domain.errors import (
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from tests.factories import NOON, a_past_incident
from tests.servers.canned import CannedServer, Reply
from tests.servers.qdrant import QdrantServer


def kinds_of(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in kinds_of(child))]


# How to make one of each class; a class that a new release adds fails the first test below.
RAISED: dict[type[Exception], Callable[[], Exception]] = {
    QdrantException: lambda: QdrantException("Retry-After is not an integer"),
    ResourceExhaustedResponse: lambda: ResourceExhaustedResponse("slow down", 7),
    ApiException: ApiException,
    UnexpectedResponse: lambda: UnexpectedResponse(500, "", b"", httpx.Headers()),
    ResponseHandlingException: lambda: ResponseHandlingException(ValueError("not JSON")),
}


def test_every_class_of_the_clients_errors_is_known() -> None:
    assert set(kinds_of(QdrantException) + kinds_of(ApiException)) == set(RAISED)


@pytest.mark.parametrize("make", RAISED.values(), ids=[kind.__name__ for kind in RAISED])
def test_every_error_of_the_client_becomes_ours(make: Callable[[], Exception]) -> None:
    with pytest.raises(RayneError), in_our_words():
        raise make()


@pytest.mark.parametrize(
    "source", [*kinds_of(httpx.HTTPError), httpx.InvalidURL], ids=lambda kind: kind.__name__
)
def test_every_broken_exchange_becomes_ours(source: type[Exception]) -> None:
    error = source.__new__(source, "boom")  # some want a request and a response to be made

    with pytest.raises(RayneError), in_our_words():
        raise ResponseHandlingException(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("wrong vector"),
        TypeError("wrong type"),
        OSError("disk"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("closed"),
        AssertionError("the result is missing"),
        json.JSONDecodeError("not JSON", "", 0),
        httpx.InvalidURL("no address"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_of_a_folder_becomes_ours(error: Exception) -> None:
    with pytest.raises(RayneError), in_our_words():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("already accessed"),
        PermissionError("not yours"),
        json.JSONDecodeError("damaged", "", 0),
        sqlite3.DatabaseError("file is not a database"),
        pickle.UnpicklingError("damaged"),
        EOFError("damaged"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_folder_that_does_not_open_is_misconfigured(error: Exception) -> None:
    with pytest.raises(Misconfigured), opening("/var/lib/rayne"):
        raise error


def test_our_own_errors_pass_unchanged() -> None:
    with pytest.raises(TimedOut, match="as it was"), in_our_words():
        raise TimedOut("as it was")


@pytest.fixture
def server() -> Iterator[CannedServer]:
    with QdrantServer() as server:
        yield server


async def connect(url: str, *, dimension: int = 4, seconds: float = 5) -> QdrantMemory:
    return await QdrantMemory.connect(
        url=url,
        path=None,
        api_key=None,
        model="tiny",
        dimension=dimension,
        timeout=timedelta(seconds=seconds),
    )


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply.of({"status": {"error": "no"}}, 401), Misconfigured),
        (Reply.of({"status": {"error": "no"}}, 403), Misconfigured),
        (Reply.of({"status": {"error": "Wrong input"}}, 400), UnexpectedReply),
        (Reply.of({"status": {"error": "Not found"}}, 404), Unavailable),
        (Reply.of({"status": {"error": "slow down"}}, 429), RateLimited),
        (Reply.of({"status": {"error": "slow down"}}, 429, Retry_After="soon"), RateLimited),
        (Reply(500, b"oops"), Unavailable),
        (Reply(503), Unavailable),
        (Reply(504), TimedOut),
        (Reply(200, b"<html>Welcome</html>"), UnexpectedReply),
        (Reply(200, b"\xff\xfe"), UnexpectedReply),
        (Reply.of({"unexpected": True}), UnexpectedReply),
    ],
)
async def test_every_bad_answer_is_a_domain_error(
    server: CannedServer, reply: Reply, error: type[RayneError]
) -> None:
    memory = await connect(server.url)
    server.answer = lambda _: reply

    with pytest.raises(RayneError) as caught:
        await memory.remember(a_past_incident(), None)

    assert type(caught.value) is error
    await memory.aclose()


async def test_a_busy_server_says_how_long_to_wait(server: CannedServer) -> None:
    memory = await connect(server.url)
    server.answer = lambda _: Reply(429, b"{}", {"Retry-After": "7"})

    with pytest.raises(RateLimited) as caught:
        await memory.ping()

    assert caught.value.retry_after == timedelta(seconds=7)
    await memory.aclose()


async def test_a_server_that_never_answers_times_out(server: CannedServer) -> None:
    memory = await connect(server.url, seconds=1)
    server.answer = lambda _: Reply(never=True)

    with pytest.raises(TimedOut):
        await memory.ping()

    await memory.aclose()


async def test_a_server_that_is_gone_is_unavailable() -> None:
    with QdrantServer() as server:
        memory = await connect(server.url)

    with pytest.raises(Unavailable):
        await memory.ping()

    await memory.aclose()


@pytest.mark.parametrize("url", ["http://[::1", "ftp://localhost", "http://localhost:port"])
async def test_an_impossible_address_is_misconfigured(url: str) -> None:
    with pytest.raises(Misconfigured):
        await (await connect(url)).ping()


async def test_neither_a_server_nor_a_folder_is_misconfigured(tmp_path: Path) -> None:
    for url, path in ((None, None), ("http://127.0.0.1:6333", tmp_path)):
        with pytest.raises(Misconfigured, match="either"):
            await QdrantMemory.connect(
                url=url,
                path=path,
                api_key=None,
                model="tiny",
                dimension=4,
                timeout=timedelta(seconds=1),
            )


async def test_a_collection_of_another_vector_size_is_misconfigured(server: CannedServer) -> None:
    first = await connect(server.url, dimension=4)
    await first.remember(a_past_incident(), None)
    second = await connect(server.url, dimension=8)

    with pytest.raises(Misconfigured, match="8"):
        await second.remember(a_past_incident(), None)

    await first.aclose()
    await second.aclose()


async def test_a_deleted_collection_is_made_again_by_the_retry(server: CannedServer) -> None:
    memory = await connect(server.url)
    await memory.remember(a_past_incident(), None)
    async with httpx.AsyncClient(base_url=server.url) as http:
        await http.delete("/collections/rayne-incidents-tiny")
    with pytest.raises(Unavailable):
        await memory.remember(a_past_incident(), None)

    await memory.remember(a_past_incident(), None)

    found = await memory.recall(a_past_incident().text, None, before=NOON, excluding="", limit=1)
    assert len(found) == 1
    await memory.aclose()


async def test_a_collection_that_another_process_just_made_is_used(server: CannedServer) -> None:
    other, memory = await connect(server.url), await connect(server.url)
    await other.remember(a_past_incident(), None)
    real = server.answer

    def too_early(_: object) -> Reply:
        """Says once that the collection is not there, as it was a moment ago."""
        server.answer = real
        return Reply.of({"result": {"exists": False}, "status": "ok", "time": 0.0})

    server.answer = too_early

    await memory.remember(a_past_incident(summary="second"), None)

    refused = ("PUT", "/collections/rayne-incidents-tiny")
    assert [(request.method, request.path) for request in server.requests].count(refused) == 2
    await other.aclose()
    await memory.aclose()


async def test_the_key_is_sent_and_warned_about_where_anyone_can_read_it(
    server: CannedServer,
) -> None:
    with pytest.warns(UserWarning, match="insecure"):
        memory = await QdrantMemory.connect(
            url=server.url,
            path=None,
            api_key="a-made-up-key",
            model="tiny",
            dimension=4,
            timeout=timedelta(seconds=5),
        )

    await memory.ping()

    assert server.requests[0].headers["api-key"] == "a-made-up-key"
    await memory.aclose()
