"""Retention on a real Temporal server."""

from temporalio.client import Client

from adapters.temporal import bounded
from domain.analysis import AnalysisKey
from domain.errors import Unavailable
from domain.retention import ANALYSES, Kind, RetentionRules, RetentionState
from tests.fakes.retention import FakeRetention
from tests.integration.workflows.world import World
from workflows import ids
from workflows.housekeeping import run_retention, schedule_retention
from workflows.policies import TaskQueue
from workflows.retention import Retention


async def run(world: World) -> dict[Kind, int]:
    async with world.running():
        return await world.temporal.execute_workflow(
            Retention.run, RetentionState(), id="retention-test", task_queue=TaskQueue.RAYNE
        )


async def test_every_kind_is_removed_to_its_end(temporal: Client) -> None:
    keys = tuple(AnalysisKey(incident_id=n, number=1) for n in range(1, ANALYSES + 3))
    batches = {Kind.DELIVERIES: [5, 5, 1], Kind.RUM: [3]}
    world = World(temporal, retention=FakeRetention(batches, keys))

    removed = await run(world)

    assert removed == {
        Kind.DELIVERIES: 11,
        Kind.EVIDENCE: ANALYSES + 2,
        Kind.RUM: 3,
        Kind.AUDIT: 0,
    }
    assert set(world.retention.shortened) == set(keys)


async def test_each_batch_begins_where_the_last_one_ended(temporal: Client) -> None:
    world = World(temporal, retention=FakeRetention({Kind.DELIVERIES: [5, 5, 1]}))

    await run(world)

    asked = [after for kind, _, after in world.retention.asked if kind is Kind.DELIVERIES]
    assert asked == [0, 5, 10]


async def test_what_is_kept_for_ever_is_not_asked_for(temporal: Client) -> None:
    rules = RetentionRules(deliveries=None, evidence=None, rum=None)
    world = World(temporal, retention=FakeRetention({Kind.DELIVERIES: [5]}), keep=rules)

    assert await run(world) == {Kind.AUDIT: 0}


async def test_an_outage_of_postgres_is_waited_for(temporal: Client) -> None:
    fails = [Unavailable("PostgreSQL does not answer")] * 2
    world = World(temporal, retention=FakeRetention({Kind.DELIVERIES: [4]}, fails_with=fails))

    assert (await run(world))[Kind.DELIVERIES] == 4


async def test_the_schedule_is_made_once_and_runs_when_asked(temporal: Client) -> None:
    world = World(temporal, retention=FakeRetention({Kind.RUM: [7]}))
    async with world.running():
        await schedule_retention(temporal, bounded)
        await schedule_retention(temporal, bounded)

        await run_retention(temporal, bounded)

        async def has_run() -> bool:
            told = await temporal.get_schedule_handle(ids.RETENTION).describe()
            return bool(told.info.recent_actions)

        await world.until(has_run)
        await world.until(lambda: has_removed(world))
    await temporal.get_schedule_handle(ids.RETENTION).delete()


async def has_removed(world: World) -> bool:
    return any(kind is Kind.AUDIT for kind, _, _ in world.retention.asked)
