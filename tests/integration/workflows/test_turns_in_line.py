"""Analyses beyond the limit wait on a real Temporal server, and all of them come to their turn."""

from datetime import timedelta

from temporalio.client import Client

from domain.analysis import AnalysisKey
from domain.progress import StepState
from tests.factories import NOON, an_alert
from tests.fakes.store_state import FakePlace
from tests.integration.workflows.world import World
from workflows import ids
from workflows.root_cause_analysis import RootCauseAnalysis

ANOTHER = AnalysisKey(incident_id=99, number=1)  # runs, and fills the one place
PRIORITIES = ("", "P2", "P1")


async def test_all_come_to_their_turn_the_urgent_before_those_who_came_first(
    temporal: Client,
) -> None:
    world = World(temporal, max_analyses=1)
    world.state.line[ANOTHER] = FakePlace(NOON, admitted_until=NOON + timedelta(days=1))
    async with world.running():
        incidents = [await one_of(world, priority) for priority in PRIORITIES]
        await world.until(lambda: are_in_line(world, *incidents))
        progress = await world.temporal.get_workflow_handle(
            ids.root_cause_analysis(AnalysisKey(incident_id=incidents[0], number=1))
        ).query(RootCauseAnalysis.progress)
        assert not world.state.analyses

        del world.state.line[ANOTHER]

        for incident_id in incidents:
            await world.analysed(incident_id)
    assert [key.incident_id for key in world.state.analyses] == list(reversed(incidents))
    assert not world.state.line
    assert [s.name for s in progress.steps if s.state is StepState.RUNNING] == ["turn"]


async def one_of(world: World, priority: str) -> int:
    name = f"of-{priority}"
    return await world.deliver(
        an_alert(service=name, cycle_key=name, event_id=name, priority=priority)
    )


async def are_in_line(world: World, *incidents: int) -> bool:
    return {key.incident_id for key in world.state.line} >= set(incidents)
