"""What goes wrong around an incident and is put right by a person: the incident goes on."""

from datetime import datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.alerts import Transition
from domain.analysis import AnalysisState
from domain.errors import Misconfigured
from domain.incidents import GroupingRules, IncidentSnapshot, IncidentState
from tests.factories import an_alert
from tests.fakes.analyses import FakeAnalyses
from tests.fakes.incidents import FakeIncidents
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World


async def resolves(world: World, skipping: WorkflowEnvironment, incident_id: int) -> bool:
    """Minute by minute, for a retry is timed only once its step has failed."""

    async def is_resolved_by_then() -> bool:
        await skipping.sleep(timedelta(minutes=1))
        return await world.is_resolved(incident_id)

    return await world.until(is_resolved_by_then)


class LockedIncidents(FakeIncidents):
    """Refuses the first question, as a database whose password was just changed."""

    fails_with: Exception | None = Misconfigured("PostgreSQL refused the login")

    async def glance(self, incident_id: int) -> IncidentSnapshot:
        error, self.fails_with = self.fails_with, None
        if error:
            raise error
        return await super().glance(incident_id)


@pytest.mark.parametrize("error", [Misconfigured("refused the login"), ValueError("a defect")])
async def test_a_step_that_a_person_must_mend_is_waited_for(
    skipping: WorkflowEnvironment, error: Exception
) -> None:
    world = World(skipping.client)
    world.incidents = locked = LockedIncidents(world.state)
    locked.fails_with = error
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())

        assert await resolves(world, skipping, incident_id)


class LockedAnalyses(FakeAnalyses):
    locked = True

    async def finish_analysis(self, *conclusion: object) -> None:
        if self.locked:
            self.locked = False
            raise Misconfigured("PostgreSQL refused the login")
        await super().finish_analysis(*conclusion)  # type: ignore[arg-type]  # as it came


async def test_an_analysis_goes_on_once_a_person_has_mended_its_step(
    skipping: WorkflowEnvironment,
) -> None:
    world = World(skipping.client)
    world.analyses = LockedAnalyses(world.state)
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        await resolves(world, skipping, incident_id)

    (record,) = await world.analyses.list_analyses(incident_id)
    assert record.state is AnalysisState.FINISHED


async def test_a_run_that_began_anew_analyses_what_an_earlier_one_did_not(
    temporal: Client,
) -> None:
    world = World(temporal)
    incident_id = await world.deliver(an_alert())  # and no worker is there
    await world.lifecycle(incident_id).terminate("by a test")
    async with world.running():
        await world.deliver(an_alert(event_id="2", transition=Transition.RENOTIFY))
        await world.analysed(incident_id)

    assert (await world.incident(incident_id)).outcome


async def test_a_run_that_began_anew_waits_for_the_analysis_of_an_earlier_one(
    temporal: Client,
) -> None:
    world = World(temporal, grouping=GroupingRules(group_wait=timedelta(seconds=2)))
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: world.is_being_analysed(incident_id))
        await world.lifecycle(incident_id).terminate("by a test")
        await world.deliver(an_alert(event_id="2", transition=Transition.RENOTIFY))
        await world.analysed(incident_id)
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert len(world.state.analyses) == 1
    assert len(world.datadog.notebooks) == 1


class HastyIncidents(FakeIncidents):
    """Counts a delivery whose signal never comes, as one that today's code cannot read."""

    refusals = 1

    async def end_incident(
        self, incident_id: int, state: IncidentState, *, seen: int, ended_at: datetime
    ) -> bool:
        if self.refusals:
            self.refusals -= 1
            return False
        return await super().end_incident(incident_id, state, seen=seen, ended_at=ended_at)


async def test_an_ending_does_not_wait_for_ever_for_a_signal_that_never_comes(
    skipping: WorkflowEnvironment,
) -> None:
    world = World(skipping.client)
    world.incidents = HastyIncidents(world.state)
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())

        assert await resolves(world, skipping, incident_id)
