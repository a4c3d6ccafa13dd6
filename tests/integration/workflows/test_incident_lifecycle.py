"""An incident on a real Temporal server: joining, recovering, idling, starting anew."""

from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from domain.alerts import Transition
from domain.analysis import AnalysisState
from domain.deliveries import EventStatus
from domain.errors import NotFound
from domain.incidents import GroupingRules, IncidentState
from tests.factories import an_alert
from tests.fakes.analyses import FakeAnalyses
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World


async def test_a_recovery_resolves_the_notebook_and_ends_the_incident(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    (notebook,) = world.datadog.notebooks.values()
    assert "RESOLVED" in notebook.notebook.model_dump_json()
    assert list(world.memory.durations.values()) == [timedelta(minutes=12)]


async def test_a_recovery_during_the_analysis_waits_for_the_report(temporal: Client) -> None:
    world = World(temporal, grouping=GroupingRules(group_wait=timedelta(seconds=1)))
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert (await world.incident(incident_id)).outcome
    assert len(world.datadog.notebooks) == 1


async def test_alerts_of_the_first_wave_share_one_analysis(temporal: Client) -> None:
    world = World(temporal, grouping=GroupingRules(group_wait=timedelta(seconds=1)))
    async with world.running():
        first = await world.deliver(an_alert())
        second = await world.deliver(an_alert(event_id="2", monitor_id=43, cycle_key="other"))
        await world.analysed(first)

    assert first == second
    assert len(world.state.analyses) == 1
    assert len((await world.incident(first)).episodes) == 2


async def test_a_reminder_never_starts_an_analysis(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        reminder = an_alert(transition=Transition.RENOTIFY)
        incident_id = await world.deliver(reminder)
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert world.state.analyses == {}


async def test_a_signal_sent_twice_changes_nothing(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        for event in world.state.events:
            event.status = EventStatus.PENDING
        await world.relay.relay_batch()
        await world.deliver(a_recovery())
        await world.ended(incident_id)

    assert len(world.state.analyses) == 1
    assert len(world.datadog.notebooks) == 1


async def test_a_terminated_run_starts_anew_with_the_next_alert(temporal: Client) -> None:
    world = World(temporal)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        await world.lifecycle(incident_id).terminate("by a test")
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    assert len(world.state.analyses) == 1


async def test_an_idle_incident_still_takes_its_own_recovery(temporal: Client) -> None:
    rules = GroupingRules(group_wait=timedelta(0), group_idle=timedelta(seconds=1))
    world = World(temporal, grouping=rules)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        assert await world.ended(incident_id) is IncidentState.IDLE
        await world.deliver(a_recovery())

        assert await world.ended(incident_id) is IncidentState.RESOLVED

    (notebook,) = world.datadog.notebooks.values()
    assert "RESOLVED" in notebook.notebook.model_dump_json()


@pytest.mark.parametrize(
    ("minutes", "status"),
    [(29, WorkflowExecutionStatus.RUNNING), (31, WorkflowExecutionStatus.COMPLETED)],
)
async def test_an_incident_idles_after_half_an_hour_without_news(
    skipping: WorkflowEnvironment, minutes: int, status: WorkflowExecutionStatus
) -> None:
    world = World(skipping.client)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: world.has_outcome(incident_id))
        await skipping.sleep(timedelta(minutes=minutes))

        async def has_the_status() -> bool:
            return (await world.lifecycle(incident_id).describe()).status is status

        assert await world.until(has_the_status)


class RefusingAnalyses(FakeAnalyses):
    """Cannot keep a conclusion, because somebody deleted what it belongs to."""

    async def finish_analysis(self, *_: object) -> None:
        raise NotFound("there is no such analysis")


async def test_a_failed_analysis_is_noted_and_does_not_hold_the_incident(
    temporal: Client,
) -> None:
    world = World(temporal)
    world.analyses = RefusingAnalyses(world.state)
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        state = await world.ended(incident_id)

    (record,) = await world.analyses.list_analyses(incident_id)
    assert state is IncidentState.RESOLVED
    assert record.state is AnalysisState.FAILED
    assert "there is no such analysis" in record.error
