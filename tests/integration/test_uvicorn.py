"""Serving an application beside others: it starts, stops when told, and says why it could not."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import httpx
import pytest
from fastapi import FastAPI

from adapters import uvicorn
from domain.errors import Broken, Misconfigured
from tests.e2e.stack import free_port

HOST = "127.0.0.1"


def an_app() -> FastAPI:
    app = FastAPI()

    @app.get("/")
    async def read_root() -> str:
        return "hello"

    return app


@asynccontextmanager
async def _no_start(_app: FastAPI) -> AsyncIterator[None]:
    raise RuntimeError("the application cannot start")
    yield


async def test_requests_are_answered_inside_the_block_and_refused_after_it() -> None:
    port = free_port()
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
        async with uvicorn.serving(an_app(), host=HOST, port=port):
            answer = await client.get("/")

        assert answer.json() == "hello"
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_no_answer_waits_for_the_delayed_acknowledgement_of_the_one_before() -> None:
    port = free_port()
    took = []
    async with (
        uvicorn.serving(an_app(), host=HOST, port=port),
        httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client,
    ):
        for _ in range(40):  # the first few are acknowledged at once
            began = monotonic()
            await client.get("/")
            took.append(monotonic() - began)

    assert min(took[20:]) < 0.03  # Linux delays by 40 ms


async def test_it_is_ready_only_when_requests_are_answered() -> None:
    port, stop = free_port(), asyncio.Event()
    connected: list[bool] = []

    def ready() -> None:
        with socket.create_connection((HOST, port)):
            connected.append(True)
        stop.set()

    await uvicorn.serve(an_app(), host=HOST, port=port, stop=stop, ready=ready)

    assert connected == [True]


async def test_signals_stay_with_the_process() -> None:
    before = signal.getsignal(signal.SIGTERM)

    async with uvicorn.serving(an_app(), host=HOST, port=free_port()):
        inside = signal.getsignal(signal.SIGTERM)

    assert inside == before


async def test_a_taken_port_is_an_error_of_ours() -> None:
    with socket.create_server((HOST, 0)) as stranger:
        port = stranger.getsockname()[1]

        with pytest.raises(Misconfigured, match=f"cannot listen on {HOST} port {port}"):
            async with uvicorn.serving(an_app(), host=HOST, port=port):
                pass


async def test_an_application_that_does_not_start_is_an_error_of_ours() -> None:
    app = FastAPI(lifespan=_no_start)

    with pytest.raises(Broken, match="did not start"):
        async with uvicorn.serving(app, host=HOST, port=free_port()):
            pass
