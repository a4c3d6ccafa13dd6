"""(c) What an analysis takes beyond the model's time, Datadog's and the wait for the first wave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import time
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send
from temporalio.client import WorkflowHistory

from adapters import uvicorn
from tests.bench.telling import Table, Wanted
from tests.e2e.parts import HOST, Parts
from tests.e2e.stack import until
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_scripts import Character

ANALYSES = 20
TURNS, THINKS = 4, 0.3  # of the scripted model; seconds for a turn
GROUP_WAIT = 1.0  # seconds
PATIENCE = 120  # seconds

Span = tuple[float, float]  # from, to


class Timed:
    """An application, and when it was answering."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.spans: list[Span] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time()
        await self._app(scope, receive, send)
        if scope["type"] == "http":
            self.spans.append((began, time()))


class TimedParts(Parts):
    """The parts, with a sandbox that tells when it was asked."""

    async def start_sandbox(self) -> None:
        self.datadog = Timed(self.sandbox_app)
        serving = uvicorn.serving(self.datadog, host=HOST, port=self.sandbox_port)
        await self._start("sandbox", serving)


@dataclass(frozen=True)
class Analysed:
    """Seconds."""

    wall: float
    datadog: float
    model: float

    @property
    def overhead(self) -> float:
        return self.wall - self.datadog - self.model - GROUP_WAIT


async def measure(folder: Path) -> Table:
    script = Character(policy="investigates", turns=TURNS, delay=THINKS)
    async with MessagesServer.running(script=script) as claude:
        parts = TimedParts(folder / "state", RAYNE_GROUP_WAIT=f"{GROUP_WAIT:g}s")
        with parts.state.opened():
            try:
                await parts.begin()
                parts.start(
                    "worker", ANTHROPIC_BASE_URL=claude.url, ANTHROPIC_API_KEY="sk-ant-bench"
                )
                numbers = count(1)
                await _analysed(parts, claude, next(numbers))  # which warms everything up
                found = [await _analysed(parts, claude, next(numbers)) for _ in range(ANALYSES)]
            finally:
                await parts.end()
    return _table(found)


async def _analysed(parts: TimedParts, claude: MessagesServer, number: int) -> Analysed:
    """The analysis of an incident of its own, while nothing else runs."""
    asked_before = len(claude.requests)
    webhook = await parts.fire()
    (await parts.deliver(webhook)).raise_for_status()
    incident: dict[str, Any] = {}

    async def has_finished() -> bool:
        incident.update((await parts.incidents() or [incident])[0])
        return incident.get("id") == number and bool(incident["notebook"])

    await until(has_finished, PATIENCE)
    run = await parts.workflow(f"rca-{number}-1")
    await run.result()
    began, ended = _span(await run.fetch_history())
    (await parts.api.post(f"/v1/incidents/{number}/close")).raise_for_status()
    await (await parts.workflow(f"incident-{number}")).result()
    asked = len(claude.requests) - asked_before
    assert asked == TURNS, f"{asked} turns"
    return Analysed(
        wall=ended - began,
        datadog=covered((max(a, began), min(b, ended)) for a, b in parts.datadog.spans),
        model=THINKS * asked,
    )


def covered(spans: Iterable[Span]) -> float:
    """Seconds in which at least one of them was under way."""
    total, until_now = 0.0, float("-inf")
    for began, ended in sorted(spans):
        total += max(ended - max(began, until_now), 0)
        until_now = max(until_now, ended)
    return total


def _span(history: WorkflowHistory) -> Span:
    moments = [event.event_time.ToDatetime(tzinfo=UTC) for event in history.events]
    return _seconds(moments[0]), _seconds(moments[-1])


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _table(found: list[Analysed]) -> Table:
    table = Table(
        "(c) an analysis",
        f"{len(found)} analyses of bad-deploy, one after the other; {TURNS} turns of {THINKS:g} s",
        ("seconds", "p50", "p95"),
    )
    for name in ("wall", "datadog", "model", "overhead"):
        values = [getattr(one, name) for one in found]
        table.row(name, f"{median(values):.2f}", f"{quantiles(values, n=20)[-1]:.2f}")
    table.judge(
        "seconds beyond model, Datadog and group wait, p50",
        median(one.overhead for one in found),
        Wanted(most=1.0),
    )
    return table
