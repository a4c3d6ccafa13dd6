"""(d) Memory of each process: idle, at most under load, and idle again."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.bench.deliveries import bodies
from tests.bench.loading import Target, a_loader
from tests.bench.telling import Table
from tests.e2e.parts import Parts, running_parts
from tests.e2e.stack import free_port, until

PARTS = ("api", "worker", "agent")
DELIVERIES, INCIDENTS = 5_000, 20
SETTLES = 10.0  # seconds until a process counts as idle
EVERY = 0.2  # seconds between two looks
PATIENCE = 300  # seconds

Sizes = dict[str, float]  # MiB by process


async def measure(folder: Path) -> Table:
    async with running_parts(folder / "state", RAYNE_GROUP_WAIT="1s") as parts:
        pids = {"api": parts.processes[0].pid}
        for name in ("worker", "agent"):
            pids[name] = parts.start(name, RAYNE_AGENT_PORT=f"{free_port()}").pid
        await until(lambda: _a_worker_polls(parts), PATIENCE)
        await asyncio.sleep(SETTLES)
        idle = _sizes(pids)
        async with _watched(pids) as most:
            await _load(parts)
        await asyncio.sleep(SETTLES)
        after = _sizes(pids)
    table = Table(
        "(d) memory",
        f"MiB resident; load: {DELIVERIES} deliveries, {INCIDENTS} incidents analysed by rules",
        ("process", "idle", "at most", "idle again"),
    )
    for name in PARTS:
        table.row(name, f"{idle[name]:.0f}", f"{most[name]:.0f}", f"{after[name]:.0f}")
    for name in PARTS:
        table.judge(f"{name} idle again, times idle", after[name] / idle[name])
    return table


async def _load(parts: Parts) -> None:
    with a_loader() as loader:
        target = Target(parts.api_port, "/v1/webhooks/receive")
        await loader.flood(target, bodies(DELIVERIES, incidents=INCIDENTS), abreast=16)

    async def are_explained() -> bool:
        notebooks = await parts.notebooks()
        return len(notebooks) >= INCIDENTS

    await until(are_explained, PATIENCE)


async def _a_worker_polls(parts: Parts) -> bool:
    return "worker.ready" in parts.output


@asynccontextmanager
async def _watched(pids: Mapping[str, int]) -> AsyncIterator[Sizes]:
    """The most that each had at any look inside the block."""
    most = _sizes(pids)

    async def watch() -> None:
        while True:
            for name, size in _sizes(pids).items():
                most[name] = max(most[name], size)
            await asyncio.sleep(EVERY)

    watching = asyncio.create_task(watch())
    try:
        yield most
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _sizes(pids: Mapping[str, int]) -> Sizes:
    return {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in pids.items()}
