"""Our connection to a Temporal server: bounded, patient where it should be, in our words."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.worker import Worker

from adapters import temporal
from adapters.settings import Settings
from domain.errors import Misconfigured, NotFound, TimedOut, Unavailable
from tests.servers.temporal import temporal_server

NOWHERE = Settings(temporal_address="127.0.0.1:1")


@pytest_asyncio.fixture(scope="module")
async def settings() -> AsyncIterator[Settings]:
    async with temporal_server() as client:
        yield Settings(temporal_address=client.service_client.config.target_host)


@activity.defn
async def nothing() -> None:
    """Is never asked."""


def new_columns(*names: str) -> list[SearchAttributeKey[str]]:
    return [SearchAttributeKey.for_keyword(name) for name in names]


async def test_a_server_that_answers_tells_its_version(settings: Settings) -> None:
    version = await temporal.check(await temporal.connect(settings))

    assert version[0].isdigit()


async def test_without_an_address_it_says_what_to_do() -> None:
    with pytest.raises(Misconfigured, match="set TEMPORAL_ADDRESS, or run `rayne up`"):
        await temporal.connect(Settings())


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="Temporal cannot be reached"):
        await temporal.connect(NOWHERE)


async def test_a_lazy_client_needs_no_server_until_it_is_used() -> None:
    client = await temporal.connect(NOWHERE, lazy=True)

    with pytest.raises(Unavailable, match="Temporal cannot be reached"):
        await temporal.check(client)


async def test_a_server_that_accepts_and_is_silent_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Settings(temporal_address=f"127.0.0.1:{silent.getsockname()[1]}")

        with pytest.raises(TimedOut, match="did not connect within"):
            await temporal.connect(settings)


async def test_a_namespace_that_the_server_lacks_is_not_found(settings: Settings) -> None:
    client = await temporal.connect(settings.model_copy(update={"temporal_namespace": "nope"}))

    with pytest.raises(NotFound, match="'nope'"):
        await temporal.check(client)


async def test_columns_are_added_once_however_often_and_at_once(settings: Settings) -> None:
    client = await temporal.connect(settings)
    columns = new_columns("TestOnce", "TestTwice")

    await asyncio.gather(*(temporal.register_search_attributes(client, columns) for _ in range(4)))
    await temporal.register_search_attributes(client, columns)

    await client.start_workflow(
        "Anything",
        id="with-columns",
        task_queue="nobody",
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(column, "value") for column in columns]
        ),
    )


async def test_waiting_for_a_server_ends_when_told_to_stop() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_soon(stop.set)

    client = await temporal.connect_patiently(NOWHERE, stop=stop)

    assert client is None


async def test_waiting_for_a_server_ends_when_it_answers(settings: Settings) -> None:
    client = await temporal.connect_patiently(settings, stop=asyncio.Event())

    assert client is not None


async def test_a_block_that_takes_too_long_is_timed_out() -> None:
    with pytest.raises(TimedOut, match=r"did not start a workflow within 0\.01 s"):
        async with temporal.bounded(timedelta(milliseconds=10), "start a workflow"):
            await asyncio.Event().wait()


async def test_a_bug_inside_a_block_stays_a_bug() -> None:
    with pytest.raises(RuntimeError, match="ours"):
        async with temporal.bounded(timedelta(seconds=5), "start a workflow"):
            raise RuntimeError("ours")


async def test_a_server_that_goes_while_workers_begin_is_unavailable() -> None:
    async with temporal_server() as client:
        host, port = client.service_client.config.target_host.split(":")

    with socket.socket() as nobody_else:
        nobody_else.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        nobody_else.bind((host, int(port)))  # and it does not listen
        worker = Worker(client, task_queue="late", activities=[nothing])
        with (
            pytest.raises(Unavailable, match="while the workers began"),
            temporal.told_in_our_words(),
        ):
            await worker.run()


@pytest.mark.parametrize("code", ["Unavailable", "DeadlineExceeded", "Unknown"])
def test_a_server_in_trouble_while_workers_begin_is_unavailable(code: str) -> None:
    with pytest.raises(Unavailable), temporal.told_in_our_words():
        raise RuntimeError(
            f"Worker validation failed: no namespace: Status {{ code: {code}, ... }}"
        )


def test_a_namespace_that_is_not_there_when_workers_begin_stays_an_error() -> None:
    with pytest.raises(RuntimeError, match="NotFound"), temporal.told_in_our_words():
        raise RuntimeError("Worker validation failed: no namespace: Status { code: NotFound, ... }")


async def test_a_bug_of_a_worker_stays_a_bug() -> None:
    with pytest.raises(RuntimeError, match="failed: ours"), temporal.told_in_our_words():
        raise RuntimeError("Worker validation failed: ours")
