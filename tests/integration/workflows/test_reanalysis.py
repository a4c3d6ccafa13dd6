"""Another analysis on request, on a real Temporal server."""

from temporalio.client import Client

from adapters.temporal import bounded
from domain.analysis import AnalysisKey, AnalysisState
from domain.incidents import IncidentState
from tests.factories import an_alert
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from workflows.client import WorkflowClient


async def analyze_again(world: World, incident_id: int) -> None:
    key = AnalysisKey(incident_id=incident_id, number=2)
    await WorkflowClient(world.temporal, bounded).analyze_again(key)
    await world.analysed(incident_id, 2)


async def test_the_one_notebook_is_rewritten(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)

        await analyze_again(world, incident_id)

        records = await world.analyses.list_analyses(incident_id)
    (notebook,) = world.datadog.notebooks.values()
    assert [record.state for record in records] == [AnalysisState.FINISHED] * 2
    assert "analysis 2." in notebook.notebook.model_dump_json()


async def test_a_resolved_incident_stays_resolved_in_its_notebook(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        await world.deliver(a_recovery())
        assert await world.ended(incident_id) is IncidentState.RESOLVED

        await analyze_again(world, incident_id)

    (notebook,) = world.datadog.notebooks.values()
    text = notebook.notebook.model_dump_json()
    assert "analysis 2." in text
    assert "RESOLVED" in text
