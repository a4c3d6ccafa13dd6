"""Workers that share the queues among themselves are together what one worker is."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import Client

from adapters.deployment import Deployment
from adapters.variables import QUEUES as NAMES
from domain.analysis import AnalysisKey
from tests.factories import an_alert
from tests.integration.workflows.world import World
from tests.servers.temporal import temporal_server
from workers.serve import QUEUES
from workflows import ids
from workflows.policies import TaskQueue


@pytest.fixture
async def own_temporal() -> AsyncIterator[Client]:
    """A deployment is the namespace's, so a server of its own."""
    async with temporal_server() as client:
        yield client


def test_every_queue_can_be_named_as_operators_and_as_temporal_name_it() -> None:
    assert set(QUEUES.values()) == set(TaskQueue)
    assert {name: QUEUES[short] for name, short in NAMES.items()} == {q.value: q for q in TaskQueue}


@pytest.mark.parametrize("build_id", [None, "a"])
async def test_an_analysis_runs_on_three_workers_with_a_queue_each(
    own_temporal: Client, build_id: str | None
) -> None:
    world = World(own_temporal)
    async with world.running(build_id, queues=[TaskQueue.COMPUTE]):
        if build_id:
            await Deployment(own_temporal).promote_first(build_id, stop=asyncio.Event())
        async with (
            world.running(build_id, queues=[TaskQueue.MODEL]),
            world.running(build_id, queues=[TaskQueue.RAYNE]),
        ):
            incident_id = await world.deliver(an_alert())

            await world.analysed(incident_id)


async def test_a_step_waits_for_a_worker_of_its_queue(own_temporal: Client) -> None:
    world = World(own_temporal)
    async with world.running(queues=[TaskQueue.RAYNE]):
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: _waits_for(world, incident_id, "prepare_case"))

        async with world.running(queues=[TaskQueue.COMPUTE]):
            await world.analysed(incident_id)


async def _waits_for(world: World, incident_id: int, step: str) -> bool:
    """No worker has taken it."""
    if not await world.is_being_analysed(incident_id):
        return False
    key = AnalysisKey(incident_id=incident_id, number=1)
    handle = world.temporal.get_workflow_handle(ids.root_cause_analysis(key))
    pending = (await handle.describe()).raw_description.pending_activities
    return [(one.activity_type.name, one.attempt, one.state) for one in pending] == [
        (step, 1, PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED)
    ]
