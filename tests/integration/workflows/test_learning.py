"""Memory learns on a real Temporal server: feedback is heeded, a rebuild ends."""

from temporalio.client import Client

from adapters.temporal import bounded
from domain.feedback import Feedback, Verdict
from domain.learning import Relearned
from domain.memory import PastIncident, Standing
from tests.factories import NOON, an_alert
from tests.fakes.feedback import FakeFeedbacks
from tests.integration.workflows.world import World
from workflows.client import WorkflowClient


async def an_explained_incident(world: World) -> int:
    incident_id = await world.deliver(an_alert())
    await world.analysed(incident_id)
    return incident_id


def only_memory(world: World) -> PastIncident:
    ((past, _),) = world.memory.remembered.values()
    return past


async def test_what_people_say_reaches_memory_after_the_incident(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await an_explained_incident(world)
        assert only_memory(world).standing is Standing.UNCONFIRMED
        await FakeFeedbacks(world.state).give(
            Feedback(
                incident_id=incident_id,
                verdict=Verdict.CORRECTED,
                cause="The disk of db-1 was full.",
                given_at=NOON,
            )
        )

        await WorkflowClient(temporal, bounded).feedback_given(incident_id)

        async def is_heeded() -> bool:
            return only_memory(world).standing is Standing.CORRECTED

        await world.until(is_heeded)
    assert only_memory(world).summary == "The disk of db-1 was full."


async def test_a_rebuild_brings_back_what_memory_lost(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        await an_explained_incident(world)
        lost = world.memory.remembered.copy()
        world.memory.remembered.clear()
        runs = WorkflowClient(temporal, bounded)

        await runs.rebuild_memory()

        async def is_done() -> bool:
            return (await runs.rebuilt()).is_done

        await world.until(is_done)
        assert await runs.rebuilt() == Relearned(last_id=1, remembered=1, is_done=True)
    assert world.memory.remembered == lost
