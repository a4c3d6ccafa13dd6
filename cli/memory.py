"""`rayne memory rebuild`: every incident again into memory, from the database."""

import asyncio
from datetime import timedelta

from rich.console import Console

from adapters.settings import Settings
from adapters.temporal import bounded, connect
from domain.errors import TimedOut
from domain.learning import Relearned
from workflows.client import WorkflowClient

GLANCE = timedelta(seconds=0.5)
SILENCE = timedelta(minutes=10)  # without one more incident: then no worker is at work


async def rebuild(settings: Settings, console: Console) -> None:
    """Returns when it is done. Ctrl-C ends only the watching. Raises TimedOut after silence."""
    runs = WorkflowClient(await connect(settings), bounded)
    await runs.rebuild_memory()
    console.print("Rebuilding memory; it goes on by itself if you stop watching.")
    done = await _watch(runs, console)
    console.print(f"{done.remembered} incidents are in memory.")


async def _watch(runs: WorkflowClient, console: Console) -> Relearned:
    seen, quiet = await runs.rebuilt(), timedelta(0)
    while not seen.is_done:
        await asyncio.sleep(GLANCE.total_seconds())
        now = await runs.rebuilt()
        quiet = timedelta(0) if now != seen else quiet + GLANCE
        if now.remembered != seen.remembered:
            console.print(f"  {now.remembered} incidents")
        if quiet > SILENCE:
            raise TimedOut("the rebuild makes no progress: is a worker running?")
        seen = now
    return seen
