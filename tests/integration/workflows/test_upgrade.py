"""Workers are upgraded in the middle of runs: none breaks, none is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from adapters.deployment import Deployment
from domain.analysis import AnalysisKey
from domain.errors import Conflict, NotFound
from tests.factories import NOON, an_alert
from tests.fakes.store_state import FakePlace
from tests.integration.workflows.next_build import NextRootCauseAnalysis
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from tests.servers.temporal import temporal_server
from workers.registry import WORKFLOWS
from workflows import ids
from workflows.root_cause_analysis import RootCauseAnalysis

ANOTHER = AnalysisKey(incident_id=99, number=1)  # runs, and fills the one place
NEXT = tuple(NextRootCauseAnalysis if one is RootCauseAnalysis else one for one in WORKFLOWS)


@pytest.fixture
async def own_temporal() -> AsyncIterator[Client]:
    """A deployment is the namespace's, so a server of its own."""
    async with temporal_server() as client:
        yield client


async def test_analyses_stay_with_their_build_and_incidents_move_on(own_temporal: Client) -> None:
    deployment, stop = Deployment(own_temporal), asyncio.Event()
    world = World(own_temporal, max_analyses=1)
    world.state.line[ANOTHER] = FakePlace(NOON, admitted_until=NOON + timedelta(days=1))
    async with world.running("a"):
        await deployment.promote_first("a", stop=stop)
        old = await world.deliver(an_alert())
        await world.until(lambda: is_in_line(world, old))

        async with world.running("b", NEXT):
            await promoted(world, deployment, "b")
            new = await world.deliver(an_alert(service="b", cycle_key="b", event_id="b"))
            await world.until(lambda: is_in_line(world, new))
            del world.state.line[ANOTHER]
            for incident_id in (old, new):
                await world.analysed(incident_id)
            await world.deliver(a_recovery())
            await world.ended(old)

            builds = {build.build_id: build.status for build in await deployment.builds()}

    assert await builds_of(world, rca(old)) == {"a"}
    assert await builds_of(world, rca(new)) == {"b"}
    assert await builds_of(world, ids.incident(old)) == {"a", "b"}
    assert await failed_tasks(world, old, new) == 0
    assert builds["b"] == "current"
    assert builds["a"] in {"draining", "drained"}


async def test_the_first_build_is_promoted_by_itself_and_later_ones_are_not(
    own_temporal: Client,
) -> None:
    deployment, stop = Deployment(own_temporal), asyncio.Event()
    world = World(own_temporal)
    assert await deployment.builds() == ()
    async with world.running("a"), world.running("b"):
        await deployment.promote_first("a", stop=stop)
        await deployment.promote_first("b", stop=stop)

        async def knows_both() -> bool:
            return len(await deployment.builds()) == 2

        await world.until(knows_both)
        await deployment.promote("b", percent=20)
        builds = {build.build_id: build for build in await deployment.builds()}

    assert (builds["a"].status, builds["a"].percent) == ("current", 80)
    assert (builds["b"].status, builds["b"].percent) == ("ramping", 20)


async def promoted(world: World, deployment: Deployment, build_id: str) -> None:
    async def succeeds() -> bool:
        try:
            await deployment.promote(build_id)
        except (Conflict, NotFound):  # its workers do not poll every queue yet
            return False
        return True

    await world.until(succeeds)


async def is_in_line(world: World, incident_id: int) -> bool:
    return AnalysisKey(incident_id=incident_id, number=1) in world.state.line


def rca(incident_id: int) -> str:
    return ids.root_cause_analysis(AnalysisKey(incident_id=incident_id, number=1))


async def builds_of(world: World, workflow_id: str) -> set[str]:
    """Which builds completed its workflow tasks."""
    history = await world.temporal.get_workflow_handle(workflow_id).fetch_history()
    completed = [
        event.workflow_task_completed_event_attributes
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    return {one.deployment_version.build_id for one in completed}


async def failed_tasks(world: World, *incidents: int) -> int:
    names = [name for one in incidents for name in (rca(one), ids.incident(one))]
    histories = [await world.temporal.get_workflow_handle(name).fetch_history() for name in names]
    return sum(
        event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
        for history in histories
        for event in history.events
    )
