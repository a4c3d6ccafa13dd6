"""Incidents that a person closes or merges, on a real Temporal server."""

from temporalio.client import Client

from adapters.temporal import bounded
from domain.audit import Author
from domain.incidents import IncidentState
from domain.mutings import MutingState
from domain.people import Proof
from tests.factories import NOON, an_alert
from tests.fakes.endings import FakeEndings
from tests.integration.workflows.world import World
from workflows.client import WorkflowClient

ANN = Author(who="ann", how=Proof.LOCAL)


async def look_again(world: World, *incidents: int) -> None:
    for incident_id in incidents:
        incident = await world.incident(incident_id)
        await WorkflowClient(world.temporal, bounded).look_again(incident, world.grouping)


async def test_a_closed_incident_ends_as_if_it_had_recovered(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(auto_downtime=True)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        muting = await world.muting_of(incident_id, MutingState.ACTIVE)

        await FakeEndings(world.state).close_incident(
            incident_id, why="a drill", now=NOON, signed=ANN
        )
        await look_again(world, incident_id)

        assert await world.ended(incident_id) is IncidentState.RESOLVED
        assert (await world.muting_of(incident_id, MutingState.LIFTED)).key == muting.key
    assert mentions(world, "closed by ann: a drill") == 1


async def test_a_merged_incidents_run_ends_and_its_notebook_says_where_it_went(
    temporal: Client,
) -> None:
    world = World(temporal)
    async with world.running():
        first = await world.deliver(an_alert())
        await world.analysed(first)
        second = await world.deliver(an_alert(service="b", cycle_key="b", event_id="b"))
        await world.analysed(second)

        await FakeEndings(world.state).merge_incident(first, into=second, now=NOON, signed=ANN)
        await look_again(world, first, second)

        assert await world.ended(first) is IncidentState.RESOLVED
    assert len(world.datadog.notebooks) == 2
    assert mentions(world, f"merged into incident {second} by ann") == 1


def mentions(world: World, words: str) -> int:
    """In how many notebooks."""
    notebooks = (stored.notebook for stored in world.datadog.notebooks.values())
    return sum(words in notebook.model_dump_json() for notebook in notebooks)
