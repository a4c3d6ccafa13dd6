"""The least that a workflow engine does for a delivery: a workflow with one activity, both empty.

`python -m tests.bench.doing_nothing ADDRESS` serves them.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from workers.sandbox import RUNNER

QUEUE = "nothing"


@activity.defn
async def do_nothing(_number: int) -> None:
    """Nothing."""


@workflow.defn
class DoNothing:
    @workflow.run
    async def run(self, number: int) -> None:
        await workflow.execute_activity(
            do_nothing, number, start_to_close_timeout=timedelta(minutes=1)
        )


async def do_all(client: Client, numbers: range, *, abreast: int) -> None:
    """Starts one workflow for each number, and returns when all have ended."""
    turn = asyncio.Semaphore(abreast)

    async def start(number: int) -> None:
        async with turn:
            handle = await client.start_workflow(
                DoNothing.run, number, id=f"nothing-{number}", task_queue=QUEUE
            )
        await handle.result()

    await asyncio.gather(*map(start, numbers))


@asynccontextmanager
async def a_worker(address: str) -> AsyncIterator[None]:
    """A process that serves them, as Rayne's own worker serves its queues."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, address)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def _serve(address: str) -> None:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[DoNothing],
        activities=[do_nothing],
        workflow_runner=RUNNER,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1]))
