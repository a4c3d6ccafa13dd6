"""An incident whose history grows too long while its analysis goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from domain.alerts import Transition
from domain.incidents import GroupingRules, IncidentState
from tests.factories import an_alert
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from tests.servers.temporal import temporal_server
from workflows import ids

TOO_LONG = 40  # events
GROUP_WAIT = timedelta(seconds=6)
REMINDERS = 12


@pytest.fixture
async def impatient() -> AsyncIterator[Client]:
    """A server that soon asks for a new run."""
    async with temporal_server(limit__historyCount__suggestContinueAsNew=TOO_LONG) as client:
        yield client


async def remind(world: World) -> int:
    """Signals, one after the other, while the analysis waits; the incident."""
    incident_id = await world.deliver(an_alert())
    for number in range(REMINDERS):
        await world.deliver(an_alert(event_id=f"r{number}", transition=Transition.RENOTIFY))
    return incident_id


async def runs_of(world: World, incident_id: int) -> list[WorkflowExecutionStatus | None]:
    query = f"WorkflowId = '{ids.incident(incident_id)}'"
    return [run.status async for run in world.temporal.list_workflows(query)]


async def test_it_goes_on_in_a_new_run_beside_the_same_analysis(impatient: Client) -> None:
    world = World(impatient, grouping=GroupingRules(group_wait=GROUP_WAIT))
    async with world.running():
        incident_id = await remind(world)
        await world.analysed(incident_id)
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert WorkflowExecutionStatus.CONTINUED_AS_NEW in await runs_of(world, incident_id)
    assert len(world.state.analyses) == 1
    (notebook,) = world.datadog.notebooks.values()
    assert "RESOLVED" in notebook.notebook.model_dump_json()
