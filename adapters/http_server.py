"""Serve an ASGI application inside a process that has other things to do."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from typing import Any

import uvicorn

from domain.errors import Misconfigured

# ASGI's own types, as its specification words them.
Scope = MutableMapping[str, Any]
App = Callable[
    [Scope, Callable[[], Awaitable[Scope]], Callable[[Scope], Awaitable[None]]], Awaitable[None]
]

DRAIN_SECONDS = 5  # how long requests under way may take to finish at the end
KEEP_ALIVE_SECONDS = 30


async def serve(
    app: App,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Serves until `stop` is set, then lets requests under way finish, for a bounded time.

    `ready` is called with the port once connections are taken: with port 0 the system chooses.
    Raises Misconfigured where the address cannot be taken.
    """
    sock = _listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,  # the process has its own logs
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        server_header=False,
    )
    server = _Quiet(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    stopping = asyncio.create_task(stop.wait())
    if ready:
        ready(sock.getsockname()[1])
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    finally:
        stopping.cancel()
        sock.close()


class _Quiet(uvicorn.Server):
    """A server that leaves the process's signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Bound and listening at once, so that nobody is refused between `ready` and the first loop."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)
    except OSError as error:
        sock.close()
        raise Misconfigured(f"cannot listen on {host}:{port}: {error.strerror}") from error
    sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return sock
