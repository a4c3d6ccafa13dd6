"""Serving an ASGI application beside others, in a loop and with signals that are not uvicorn's."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from domain.errors import Broken, Misconfigured

_DRAIN_WITHIN = 5  # seconds for answers under way when we stop
_POLL_EVERY = 0.02  # seconds
_BACKLOG = 2048


@asynccontextmanager
async def serving(app: ASGIApp, *, host: str, port: int) -> AsyncIterator[None]:
    """Requests are answered inside the block."""
    stop, ready = asyncio.Event(), asyncio.Event()
    task = asyncio.create_task(serve(app, host=host, port=port, stop=stop, ready=ready.set))
    try:
        await _first_of(task, ready)
        if task.done():
            await task
        yield
    finally:
        stop.set()
        await task


async def serve(
    app: ASGIApp,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serves until `stop` is set; calls `ready` once requests are answered."""
    server = _Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=_DRAIN_WITHIN,
        )
    )
    with _listening(host, port) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await _started(server, serving)
            if ready:
                ready()
            await _first_of(serving, stop)
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes none: the process that runs us decides what a signal means."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Raises where uvicorn would end the interpreter."""
        try:
            await super().startup(sockets)
        except SystemExit as end:
            raise Broken("the HTTP application did not start: the log says why") from end


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    # By ourselves, because uvicorn answers a taken port by ending the interpreter.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise Misconfigured(f"cannot listen on {host} port {port}: {error.strerror}") from error
    with listener:
        # Connections inherit it. asyncio sets it by itself only where a socket names its protocol;
        # without it each answer but a connection's first waits 40 ms for the peer's delayed ACK.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield listener


async def _started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not (server.started or serving.done()):  # noqa: ASYNC110 -- it has no event
        await asyncio.sleep(_POLL_EVERY)
    if serving.done():
        await serving


async def _first_of(serving: asyncio.Task[None], event: asyncio.Event) -> None:
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
