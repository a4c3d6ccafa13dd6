"""What does telemetry cost an acknowledged delivery?

    python -m tests.bench.telemetry_cost [--rounds 40]

One PostgreSQL, one API process for each way, and rounds of deliveries, each as fast as it goes over
a few connections. In each round every way has its turn, in another order each time; each is
compared with the one that tells nothing in the same round, and the median of these ratios counts,
so that somebody else's work on the machine does not. Processor time is the process's own, sending
spans included; on a busy machine it says more than the time that passed. The floor is a second
process that tells nothing: what differs there is noise.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import httpx
import psutil

from adapters import clock, uvicorn
from adapters.postgres.database import Database
from adapters.postgres.inbox import PostgresInbox
from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry, telling
from api.app import create_app
from api.telling import Telling
from tests.e2e.stack import free_port
from tests.servers.otlp import receiving
from tests.servers.postgres import PostgresServer
from tests.unit.api.front import Front

BATCH = 200  # deliveries of a turn
ABREAST = 8  # connections
BASE = "nothing"
WAYS = (BASE, "floor", "metrics", "traces")


@dataclass(frozen=True)
class Api:
    url: str
    way: str
    process: psutil.Process

    def worked(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@dataclass(frozen=True)
class Turn:
    """Seconds for each delivery."""

    passed: float
    worked: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds: int = parser.parse_args().rounds
    with ExitStack() as stack:
        postgres = PostgresServer()
        stack.callback(postgres.remove)
        receiver = stack.enter_context(_elsewhere(_receive)).get(timeout=60)
        apis = [stack.enter_context(_api(way, postgres.database(), receiver)) for way in WAYS]
        _report(asyncio.run(_measure(apis, rounds)))
    return 0


async def _measure(apis: list[Api], rounds: int) -> dict[str, list[Turn]]:
    """By way, a turn for each round."""
    turns: dict[str, list[Turn]] = {way: [] for way in WAYS}
    chance = random.Random(1)  # noqa: S311 -- no secret
    for number in range(rounds + 1):
        for api in chance.sample(apis, len(apis)):
            before = api.worked()
            passed = await _turn(api.url, number)
            if number:  # the first is for warming up
                turn = Turn(passed / BATCH, (api.worked() - before) / BATCH)
                turns[api.way].append(turn)
    return turns


async def _turn(url: str, number: int) -> float:
    limits = httpx.Limits(max_connections=ABREAST, max_keepalive_connections=ABREAST)
    ids = iter(range(BATCH))
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as client:

        async def one_after_the_other() -> None:
            for one in ids:
                alert = {"id": f"{number}-{one}", "alert_title": "x", "alert_transition": "Warn"}
                reply = await client.post("/v1/webhooks/receive", json=alert)
                assert reply.status_code == 202, reply.text

        began = time.perf_counter()
        await asyncio.gather(*(one_after_the_other() for _ in range(ABREAST)))
        return time.perf_counter() - began


def _report(turns: dict[str, list[Turn]]) -> None:
    for way, taken in turns.items():
        passed = _compared([one.passed for one in taken], [one.passed for one in turns[BASE]])
        worked = _compared([one.worked for one in taken], [one.worked for one in turns[BASE]])
        sys.stdout.write(f"{way:8} processor {worked}   passed {passed}\n")


def _compared(seconds: list[float], base: list[float]) -> str:
    ratios = [one / other for one, other in zip(seconds, base, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return (
        f"{statistics.median(seconds) * 1000:6.3f} ms, {middle:.3f} times nothing's"
        f" ({low:.3f} to {high:.3f})"
    )


@contextmanager
def _api(way: str, address: str, receiver: str) -> Iterator[Api]:
    port = free_port()
    with _elsewhere(_serve, way, address, receiver, port) as ready:
        process = psutil.Process(int(ready.get(timeout=60)))
        yield Api(f"http://127.0.0.1:{port}", way, process)


@contextmanager
def _elsewhere(run: object, *arguments: object) -> Iterator["multiprocessing.Queue[str]"]:
    told: multiprocessing.Queue[str] = multiprocessing.Queue()
    process = multiprocessing.Process(target=run, args=(told, *arguments), daemon=True)  # type: ignore[arg-type]  # any of ours
    process.start()
    try:
        yield told
    finally:
        process.terminate()
        process.join()


def _receive(told: "multiprocessing.Queue[str]") -> None:
    with receiving() as receiver:
        told.put(receiver.url)
        time.sleep(3600)


def _serve(
    told: "multiprocessing.Queue[str]", way: str, address: str, receiver: str, port: int
) -> None:
    asyncio.run(_serve_telling(told, way, address, receiver, port))


async def _serve_telling(
    told: "multiprocessing.Queue[str]", way: str, address: str, receiver: str, port: int
) -> None:
    settings = Settings(
        otel_exporter_otlp_endpoint=receiver if way == "traces" else None, log_level="warning"
    )
    if way in ("metrics", "traces"):
        async with telling(settings, "api") as telemetry:
            await _answer(told, address, port, telemetry)
    else:
        await _answer(told, address, port, None)


async def _answer(
    told: "multiprocessing.Queue[str]", address: str, port: int, telemetry: Telemetry | None
) -> None:
    database = (
        Database.connect(address, watch=telemetry.watch) if telemetry else Database.connect(address)
    )
    telling_ = (
        Telling(telemetry.tally, telemetry.trail, telemetry.requests, telemetry.exposition)
        if telemetry
        else Telling()
    )
    resources = replace(
        Front().resources, inbox=PostgresInbox(database), clock=clock.now, telling=telling_
    )
    await uvicorn.serve(
        create_app(resources),
        host="127.0.0.1",
        port=port,
        stop=asyncio.Event(),
        ready=lambda: told.put(str(os.getpid())),
    )


if __name__ == "__main__":
    raise SystemExit(main())
