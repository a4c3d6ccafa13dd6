"""Downtimes on a real Temporal server: made once, narrow, and lifted in time."""

from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from adapters.temporal import bounded
from domain.downtimes import DowntimeStatus, key_in
from domain.errors import InvalidInput, NotFound, Unavailable
from domain.incidents import IncidentState
from domain.mutings import Muting, MutingOrder, MutingRules, MutingState
from domain.progress import StepState
from tests.factories import NOON, a_muting, an_alert, an_episode, an_incident
from tests.fakes.downtimes import FakeDowntimes
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from workflows import ids
from workflows.auto_downtime import AutoDowntime
from workflows.client import WorkflowClient
from workflows.policies import TaskQueue

GRACE = timedelta(minutes=5)
Handle = WorkflowHandle[AutoDowntime, MutingState]


async def test_an_alert_is_muted_until_it_recovers(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.muting_of(incident_id, MutingState.ACTIVE)
        await world.deliver(a_recovery())

        muting = await world.muting_of(incident_id, MutingState.LIFTED)

    [request] = world.downtimes.created
    assert (request.monitor_id, request.scope) == (42, "env:prod AND service:checkout")
    assert key_in(request.message) == muting.key
    assert world.downtimes.cancelled == [muting.downtime_id]


async def test_a_crash_after_datadog_made_it_leaves_one_downtime(temporal: Client) -> None:
    lost = Unavailable("the connection was dropped")
    world = World(temporal, downtimes=FakeDowntimes(crashes_with=lost))
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())

        muting = await world.muting_of(incident_id, MutingState.ACTIVE)

    assert len(world.downtimes.searches) == 2
    assert list(world.downtimes.downtimes) == [muting.downtime_id]


async def test_alerts_of_one_episode_share_one_downtime(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert(), an_alert(event_id="2"))
        await world.deliver(an_alert(event_id="3"))
        await world.muting_of(incident_id, MutingState.ACTIVE)
        await world.deliver(a_recovery())

        await world.muting_of(incident_id, MutingState.LIFTED)

    assert len(world.downtimes.created) == 1


async def test_each_config_has_a_downtime_of_its_own(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(name="one", auto_downtime=True)
    await world.configure(name="other", auto_downtime=True)
    async with world.running():
        await world.deliver(an_alert())

        assert await world.until(lambda: world.has_muted(2))

    assert len({request.key for request in world.downtimes.created}) == 2


async def test_a_recovery_that_came_first_spares_the_monitor(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())

        await world.muting_of(incident_id, MutingState.SPARED)

    assert world.downtimes.created == []


async def test_an_alert_without_a_monitor_is_not_muted_and_says_why(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert(monitor_id=None))

        muting = await world.muting_of(incident_id, MutingState.REFUSED)
        await world.deliver(a_recovery(monitor_id=None))
        await world.ended(incident_id)

    assert "names no monitor" in muting.note
    assert world.downtimes.created == []


async def test_what_datadog_refuses_is_noted_and_holds_nothing_up(temporal: Client) -> None:
    world = World(temporal, downtimes=FakeDowntimes(fails_with=InvalidInput("bad scope")))
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        muting = await world.muting_of(incident_id, MutingState.FAILED)
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert muting.note == "bad scope"


async def start_alone(world: World, muting: Muting, grace: timedelta) -> Handle:
    """Without an incident's run: where a parent ends first, the skipping server loses count."""
    world.incidents.add(an_incident())
    await world.mutings.plan_mutings([muting])
    order = MutingOrder(
        key=muting.key,
        incident_id=muting.incident_id,
        monitor_id=muting.monitor_id,
        trigger=muting.trigger,
        duration=muting.duration,
        grace=grace,
    )
    return await world.temporal.start_workflow(
        AutoDowntime.run, order, id=ids.auto_downtime(muting.key), task_queue=TaskQueue.RAYNE
    )


async def lasted(world: World, handle: Handle) -> timedelta:
    """From the start of the workflow to what it noted as the end."""
    [muting] = await world.mutings.list_mutings(7)
    assert muting.over_at is not None
    return muting.over_at - (await handle.describe()).start_time


async def test_after_a_recovery_it_is_muted_for_its_whole_time(
    skipping: WorkflowEnvironment,
) -> None:
    world = World(skipping.client)
    muting = a_muting(trigger="recovery", duration=timedelta(minutes=30))
    async with world.running():
        handle = await start_alone(world, muting, GRACE)

        assert await handle.result() is MutingState.ENDED

    assert timedelta(minutes=30) <= await lasted(world, handle) < timedelta(minutes=31)
    assert world.downtimes.cancelled == []  # Datadog ends it by itself


async def test_an_alert_that_does_not_recover_is_muted_until_the_end(
    skipping: WorkflowEnvironment,
) -> None:
    world = World(skipping.client)
    async with world.running():
        handle = await start_alone(world, a_muting(duration=timedelta(hours=2)), GRACE)

        assert await handle.result() is MutingState.ENDED

    [request] = world.downtimes.created
    assert request.end_at - (await handle.describe()).start_time < timedelta(hours=2, minutes=1)
    assert timedelta(hours=2) <= await lasted(world, handle) < timedelta(hours=2, minutes=1)


async def test_a_recovery_lifts_the_downtime_after_the_grace(skipping: WorkflowEnvironment) -> None:
    world = World(skipping.client)
    async with world.running():
        handle = await start_alone(world, a_muting(), GRACE)
        await world.muting_of(7, MutingState.ACTIVE)
        world.incidents.add(an_incident(episodes=(an_episode(recovered_at=NOON),)))
        await handle.signal(AutoDowntime.look_again)

        assert await handle.result() is MutingState.LIFTED

    assert GRACE <= await lasted(world, handle) < GRACE + timedelta(minutes=1)


async def test_a_grace_never_outlasts_the_downtime(skipping: WorkflowEnvironment) -> None:
    world = World(skipping.client)
    async with world.running():
        handle = await start_alone(world, a_muting(duration=timedelta(minutes=3)), GRACE)
        await world.muting_of(7, MutingState.ACTIVE)
        world.incidents.add(an_incident(episodes=(an_episode(recovered_at=NOON),)))
        await handle.signal(AutoDowntime.look_again)

        assert await handle.result() is MutingState.ENDED

    assert await lasted(world, handle) < timedelta(minutes=4)


async def test_a_downtime_that_datadog_cannot_make_in_time_is_given_up(
    skipping: WorkflowEnvironment,
) -> None:
    down = Unavailable("Datadog is down")
    world = World(skipping.client, downtimes=FakeDowntimes(fails_with=down))
    async with world.running():
        handle = await start_alone(world, a_muting(duration=timedelta(hours=2)), GRACE)

        assert await handle.result() is MutingState.FAILED

    assert "Datadog is down" in (await world.muting_of(7, MutingState.FAILED)).note


async def test_no_config_mutes_for_longer_than_the_cap(temporal: Client) -> None:
    world = World(temporal, muting=MutingRules(cap=timedelta(hours=1)))
    await world.configure(auto_downtime=True, downtime_duration_minutes=600)
    async with world.running():
        incident_id = await world.deliver(an_alert())

        muting = await world.muting_of(incident_id, MutingState.ACTIVE)

    assert muting.duration == timedelta(hours=1)
    started = (await world.downtime(muting).describe()).start_time
    assert muting.ends_at is not None
    assert muting.ends_at - started < timedelta(hours=1, minutes=1)


async def test_an_incident_that_idles_leaves_its_alert_muted(skipping: WorkflowEnvironment) -> None:
    world = World(skipping.client)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        muting = await world.muting_of(incident_id, MutingState.ACTIVE)
        await world.until(lambda: world.has_outcome(incident_id))
        await skipping.sleep(timedelta(minutes=40))

        assert await world.ended(incident_id) is IncidentState.IDLE

    assert world.downtimes.downtimes[muting.downtime_id].status is DowntimeStatus.ACTIVE


async def test_a_downtime_cancelled_by_hand_is_not_made_again(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        muting = await world.muting_of(incident_id, MutingState.ACTIVE)
        await world.downtimes.cancel_downtime(muting.downtime_id)
        await WorkflowClient(temporal, bounded).downtime_cancelled(muting.key)
        await world.muting_of(incident_id, MutingState.CANCELLED)
        await world.deliver(an_alert(event_id="2", happened_at=NOON + timedelta(minutes=1)))
        await world.deliver(a_recovery())
        await world.ended(incident_id)

    assert len(world.downtimes.created) == 1


async def test_cancelling_what_no_workflow_made_is_not_found(temporal: Client) -> None:
    client = WorkflowClient(temporal, bounded)

    for key in ("", "rayne-0-0123456789ab"):
        with pytest.raises(NotFound):
            await client.downtime_cancelled(key)


async def test_a_terminated_lifecycle_leaves_the_downtime_to_its_own_workflow(
    temporal: Client,
) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.muting_of(incident_id, MutingState.ACTIVE)
        await world.lifecycle(incident_id).terminate("by a test")
        await world.deliver(a_recovery())

        await world.muting_of(incident_id, MutingState.LIFTED)

    assert len(world.downtimes.created) == 1


async def test_a_downtime_that_somebody_deleted_counts_as_lifted(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.muting_of(incident_id, MutingState.ACTIVE)
        world.downtimes.downtimes.clear()
        await world.deliver(a_recovery())

        await world.muting_of(incident_id, MutingState.LIFTED)

    assert world.downtimes.cancelled == []


async def test_a_downtime_tells_how_far_it_has_come(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        muting = await world.muting_of(incident_id, MutingState.ACTIVE)
        handle = world.downtime(muting)

        async def is_waiting() -> bool:
            steps = (await handle.query(AutoDowntime.progress)).steps
            states = [step.state for step in steps]
            return states == [StepState.DONE, StepState.RUNNING, StepState.WAITING]

        assert await world.until(is_waiting)
