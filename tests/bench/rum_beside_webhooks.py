"""Are webhooks acknowledged as fast, and visits counted exactly, when both come at once?

    python -m tests.bench.rum_beside_webhooks [--seconds 60] [--batch 5]

Three processes: Rayne's API on a PostgreSQL of its own, a storm of webhooks, and visitors. Slices
with and without visitors alternate and each is compared with its neighbour; of those ratios the
median counts, so that somebody else's work on the machine does not.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import socket
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import httpx
import psycopg

from adapters import clock, uvicorn
from adapters.postgres.database import Database
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.rum import PostgresVisits
from adapters.postgres.rum_history import PostgresVisitHistory
from adapters.user_agents import UserAgents
from api.app import create_app
from api.dependencies import Rum
from tests.servers.postgres import PostgresServer
from tests.unit.api.front import Front

EVENTS = 200  # a second
WEBHOOKS = 20  # a second
VISITORS = 100
SLICE = 2.5  # seconds
WARM_UP = 2.0  # seconds
ALLOWED = 1.5  # times the latency alone


@dataclass
class Acks:
    """Seconds from when a webhook was due until its 202, by slice."""

    alone: list[list[float]] = field(default_factory=list)
    beside: list[list[float]] = field(default_factory=list)


def main() -> int:
    arguments = _arguments()
    server = PostgresServer()
    address, port = server.database(), _free_port()
    api = multiprocessing.Process(target=_serve, args=(address, port), daemon=True)
    api.start()
    try:
        return asyncio.run(_measure(f"http://127.0.0.1:{port}", address, arguments))
    finally:
        api.terminate()
        api.join()
        server.remove()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="with visitors")
    parser.add_argument("--batch", type=int, default=5, help="events in a request")
    return parser.parse_args()


async def _measure(url: str, address: str, arguments: argparse.Namespace) -> int:
    await _until_ready(url)
    acks, rounds = Acks(), max(1, round(arguments.seconds / SLICE))
    with multiprocessing.Pool(1) as elsewhere:  # so that visitors do not slow the storm's clock

        async def visitors(seconds: float) -> int:
            told: int = await asyncio.to_thread(
                elsewhere.apply, _visitors, (url, seconds, arguments.batch)
            )
            return told

        told = await visitors(WARM_UP)
        await _storm(url, WARM_UP)
        for _ in range(rounds):
            acks.alone.append(await _storm(url, SLICE))
            accepted, beside = await asyncio.gather(visitors(SLICE), _storm(url, SLICE))
            acks.beside.append(beside)
            told += accepted
    return _report(acks, told, rounds * SLICE + WARM_UP, address)


def _visitors(url: str, seconds: float, batch: int) -> int:
    return asyncio.run(_visit(url, seconds, batch))


async def _visit(url: str, seconds: float, batch: int) -> int:
    """How many views were accepted."""
    accepted = 0

    async with httpx.AsyncClient(base_url=url, timeout=30, limits=_limits()) as client:

        async def tell(number: int) -> None:
            nonlocal accepted
            visitor = number % VISITORS
            events = [{"event_type": "view", "page_url": f"/{number % 7}"}] * batch
            ids = {"visitor_uuid": _uuid(1, visitor), "session_id": _uuid(2, visitor)}
            body = json.dumps({**ids, "events": events})
            headers = {"Content-Type": "text/plain"}
            reply = await client.post("/v1/rum/track", content=body, headers=headers)
            reply.raise_for_status()
            accepted += reply.json()["recorded"]

        await _at_rate(EVENTS / batch, seconds, tell)
    return accepted


async def _storm(url: str, seconds: float) -> list[float]:
    began, acks = time.time_ns(), list[float]()
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=_limits()) as client:

        async def alert(number: int) -> None:
            due = time.perf_counter()
            alert = {
                "id": f"{began}{number}",
                "alert_title": "storm",
                "alert_transition": "Triggered",
            }
            reply = await client.post("/v1/webhooks/receive", json=alert)
            assert reply.status_code == 202, reply.text
            acks.append(time.perf_counter() - due)

        await _at_rate(WEBHOOKS, seconds, alert)
    return acks


async def _at_rate(rate: float, seconds: float, send: Callable[[int], Awaitable[None]]) -> None:
    """Sends when it is time, whether or not the last one was answered: as the world does.

    Not on the beat, on which webhooks and visitors would always meet.
    """
    start, chance = time.perf_counter(), random.Random(rate)  # noqa: S311 -- no secret
    async with asyncio.TaskGroup() as tasks:
        for number in range(round(rate * seconds)):
            due = start + (number + chance.random()) / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            tasks.create_task(_sent(send(number)))


async def _sent(sending: Awaitable[None]) -> None:
    await sending


def _report(acks: Acks, told: int, seconds: float, address: str) -> int:
    with psycopg.connect(address, connect_timeout=10) as connection:
        counts = connection.execute(
            """
            SELECT (SELECT count(*) FROM rum_events), (SELECT sum(page_views) FROM rum_sessions),
                (SELECT sum(total_views) FROM rum_visitors), (SELECT count(*) FROM webhook_events)
            """
        ).fetchone()
    assert counts, "an aggregate always answers"
    events, of_sessions, of_visitors, webhooks = map(int, counts)
    exact = told == events == of_sessions == of_visitors
    _say(f"{told} views accepted in {seconds:.0f} s ({told / seconds:.0f}/s): {events} rows,")
    _say(f"  {of_sessions} counted for sessions, {of_visitors} for visitors: {exact=}")
    _say(f"{webhooks} webhooks stored; acknowledged within (ms, median / 95%)")
    for name, slices in (("alone", acks.alone), ("beside", acks.beside)):
        together = [ack for acks_of_slice in slices for ack in acks_of_slice]
        _say(f"  {name:7}{_median(together):7.1f} /{_p95(together):7.1f}")
    ratio = statistics.median(
        _median(beside) / _median(alone)
        for alone, beside in zip(acks.alone, acks.beside, strict=True)
    )
    _say(f"beside visitors in {ratio:.2f} times the latency alone")
    return 0 if exact and ratio <= ALLOWED else 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _median(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def _uuid(kind: int, number: int) -> str:
    return str(UUID(int=(kind << 64) + number, version=4))


def _limits() -> httpx.Limits:
    return httpx.Limits(max_connections=100, max_keepalive_connections=100)


def _serve(address: str, port: int) -> None:
    asyncio.run(_serving(address, port))


async def _serving(address: str, port: int) -> None:
    database = Database.connect(address)
    rum = Rum(
        visits=PostgresVisits(database),
        history=PostgresVisitHistory(database),
        read_user_agent=UserAgents().read,
    )
    resources = replace(Front().resources, inbox=PostgresInbox(database), rum=rum, clock=clock.now)
    await uvicorn.serve(create_app(resources), host="127.0.0.1", port=port, stop=asyncio.Event())


async def _until_ready(url: str) -> None:
    async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(30):
        while True:
            try:
                await client.get("/health/live")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    sys.exit(main())
