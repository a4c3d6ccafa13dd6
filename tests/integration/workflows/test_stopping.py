"""An incident that was removed has nothing running, whatever was under way."""

from temporalio.client import Client, WorkflowExecutionStatus

from adapters.temporal import bounded
from tests.factories import an_alert
from tests.integration.workflows.world import World
from workflows import ids
from workflows.client import WorkflowClient


async def test_an_incidents_run_ends_at_once(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)

        await WorkflowClient(temporal, bounded).stop_incident(incident_id)

    told = await temporal.get_workflow_handle(ids.incident(incident_id)).describe()
    assert told.status is WorkflowExecutionStatus.TERMINATED


async def test_an_incident_without_a_run_needs_no_end(temporal: Client) -> None:
    runs = WorkflowClient(temporal, bounded)

    await runs.stop_incident(404)
    await runs.stop_incident(404)

    assert [run async for run in temporal.list_workflows("WorkflowId = 'incident-404'")] == []
