"""A worker that is told to stop hands back what it could not finish: another goes on at once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from temporalio.client import Client, WorkflowHistory

from domain.analysis import AnalysisKey
from domain.case import Case
from domain.digest import Digest
from domain.investigation import ToolDescription, Transcript, Turn
from tests.factories import an_alert, an_explanation
from tests.fakes.investigator import FakeInvestigator, Say
from tests.integration.workflows.world import World
from workflows import ids
from workflows.policies import SILENCE


class SlowInvestigator(FakeInvestigator):
    """Thinks about its first turn until it is cancelled."""

    def __init__(self) -> None:
        super().__init__(Say(explanation=an_explanation()))
        self.is_thinking = False

    async def take_turn(
        self,
        case: Case,
        digest: Digest,
        transcript: Transcript,
        tools: Sequence[ToolDescription],
        *,
        conclude: str,
    ) -> Turn:
        if not self.is_thinking:
            self.is_thinking = True
            await asyncio.Event().wait()
        return await super().take_turn(case, digest, transcript, tools, conclude=conclude)


async def test_a_step_that_was_cut_off_begins_again_before_anybody_misses_its_beat(
    temporal: Client,
) -> None:
    claude = SlowInvestigator()
    world = World(temporal, claude=claude)
    async with world.running(drain=timedelta(milliseconds=100)):
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: is_thinking(claude))
        began = monotonic()

    async with world.running():
        await world.analysed(incident_id)

    assert monotonic() - began < SILENCE.total_seconds()
    key = AnalysisKey(incident_id=incident_id, number=1)
    handle = world.temporal.get_workflow_handle(ids.root_cause_analysis(key))
    assert attempts(await handle.fetch_history()) == {"take_turn": 2}


async def is_thinking(claude: SlowInvestigator) -> bool:
    return claude.is_thinking


def attempts(history: WorkflowHistory) -> dict[str, int]:
    """Steps that took more than one, by name."""
    names = {
        event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
    }
    started = (event.activity_task_started_event_attributes for event in history.events)
    return {names[one.scheduled_event_id]: one.attempt for one in started if one.attempt > 1}
