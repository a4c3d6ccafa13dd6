"""Load on one path of one server on this machine, from a process of its own.

Raw HTTP over kept connections: a general client takes longer for a request than the server that
it is to load.
"""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from time import perf_counter

HOST = "127.0.0.1"
_PATIENCE = 60  # seconds for one answer


@dataclass(frozen=True)
class Target:
    port: int
    path: str
    method: str = "POST"
    content_type: str = "application/json"

    def request(self, body: bytes) -> bytes:
        lines = (
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: {HOST}:{self.port}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join((*lines, "", "")).encode() + body


@dataclass(frozen=True)
class Loaded:
    """`seconds` are those of each good answer, the quickest first."""

    seconds: tuple[float, ...]
    bad: tuple[str, ...]  # status lines that are no 2xx
    took: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.seconds) / self.took

    def percentile(self, share: float) -> float:
        """In seconds."""
        return self.seconds[min(int(len(self.seconds) * share), len(self.seconds) - 1)]


class Loader:
    """Puts load on a server from another process, so that neither waits for the other's turn."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    async def flood(self, target: Target, bodies: Sequence[bytes], *, abreast: int) -> Loaded:
        """Each body once, `abreast` of them at the same time, each as soon as it can be sent."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _flood, target, bodies, abreast)

    async def pace(
        self, target: Target, bodies: Sequence[bytes], *, rate: float, abreast: int
    ) -> Loaded:
        """`rate` bodies a second. Seconds count from when a body was due, not from when a free
        connection was found for it: a server that stalls is not spared.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _pace, target, bodies, rate, abreast)


@contextmanager
def a_loader() -> Iterator[Loader]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(perf_counter).result()  # it is there before anything is measured
        yield Loader(pool)


def _flood(target: Target, bodies: Sequence[bytes], abreast: int) -> Loaded:
    return asyncio.run(_load(target, [(0.0, body) for body in bodies], abreast))


def _pace(target: Target, bodies: Sequence[bytes], rate: float, abreast: int) -> Loaded:
    due = [(number / rate, body) for number, body in enumerate(bodies)]
    return asyncio.run(_load(target, due, abreast, is_paced=True))


async def _load(
    target: Target, due: Sequence[tuple[float, bytes]], abreast: int, *, is_paced: bool = False
) -> Loaded:
    requests = iter([(at, target.request(body)) for at, body in due])
    seconds: list[float] = []
    bad: list[str] = []

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection(HOST, target.port)
        for at, request in requests:
            if is_paced:
                await asyncio.sleep(began + at - perf_counter())
            asked_at = began + at if is_paced else perf_counter()
            if reader.at_eof():  # the server closes what was idle for seconds
                writer.close()
                reader, writer = await asyncio.open_connection(HOST, target.port)
            writer.write(request)
            status = await asyncio.wait_for(_answer(reader), _PATIENCE)
            if status.split(" ")[1].startswith("2"):
                seconds.append(perf_counter() - asked_at)
            else:
                bad.append(status)
        writer.close()

    began = perf_counter()
    await asyncio.gather(*(one_connection() for _ in range(abreast)))
    return Loaded(tuple(sorted(seconds)), tuple(bad), perf_counter() - began)


async def _answer(reader: asyncio.StreamReader) -> str:
    """Its status line, once all of it was read."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *fields = head.split("\r\n")
    named = dict(field.lower().split(": ", 1) for field in fields if ": " in field)
    await reader.readexactly(int(named.get("content-length", 0)))
    return status
