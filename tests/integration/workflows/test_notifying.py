"""People are told on a real Temporal server: once for each change, and never in anybody's way."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.alerts import AlertStatus, Transition
from domain.deliveries import EventStatus
from domain.errors import Unavailable
from domain.incidents import Occasion
from tests.factories import an_alert
from tests.fakes.notifier import FakeNotifier
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.test_incident_lifecycle import RefusingAnalyses
from tests.integration.workflows.world import World
from workflows.incident_lifecycle import IncidentLifecycle

REMINDER = an_alert(event_id="2", transition=Transition.RENOTIFY)
WARNING = an_alert(transition=Transition.WARN, status=AlertStatus.WARN)
NO_DATA = an_alert(transition=Transition.NO_DATA, status=AlertStatus.NO_DATA)


async def has_asked(desktop: FakeNotifier) -> bool:
    return desktop.asked > 0


async def has_told(world: World, incident_id: int, occasion: Occasion) -> bool:
    notice = world.state.notices.get((incident_id, occasion))
    return bool(notice and not notice.is_due)


async def test_an_incident_is_told_when_it_opens_when_it_is_explained_and_when_it_is_over(
    temporal: Client,
) -> None:
    """Whatever else comes meanwhile: a signal again, a run that is ended, a reminder."""
    desktop = FakeNotifier()
    world = World(temporal, notifiers=(desktop,))
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: has_told(world, incident_id, Occasion.ANALYSED))
        for event in world.state.events:
            event.status = EventStatus.PENDING
        await world.relay.relay_batch()
        await world.lifecycle(incident_id).terminate("by a test")
        await world.deliver(REMINDER)
        await world.deliver(a_recovery())
        await world.ended(incident_id)

    assert desktop.occasions == ["opened", "analysed", "resolved"]
    assert [shown.urgency.value for shown in desktop.shown] == ["critical", "normal", "low"]


async def test_a_warning_that_becomes_an_alert_is_told_as_worse(temporal: Client) -> None:
    desktop = FakeNotifier()
    world = World(temporal, notifiers=(desktop,))
    async with world.running():
        incident_id = await world.deliver(WARNING)
        await world.until(lambda: has_told(world, incident_id, Occasion.OPENED))
        await world.deliver(an_alert(event_id="2"))
        await world.until(lambda: has_told(world, incident_id, Occasion.WORSENED))
        await world.deliver(a_recovery())
        await world.ended(incident_id)

    told = dict(zip(desktop.occasions, desktop.shown, strict=True))
    assert sorted(told) == ["analysed", "opened", "resolved", "worsened"]
    assert (told["opened"].urgency, told["worsened"].urgency) == ("normal", "critical")


async def test_an_alert_that_recovers_at_once_is_still_told_in_order(temporal: Client) -> None:
    desktop = FakeNotifier()
    world = World(temporal, notifiers=(desktop,))
    async with world.running():
        incident_id = await world.deliver(NO_DATA, a_recovery())
        await world.ended(incident_id)

    assert desktop.occasions == ["opened", "resolved"]


async def test_a_failed_analysis_is_told(temporal: Client) -> None:
    desktop = FakeNotifier()
    world = World(temporal, notifiers=(desktop,))
    world.analyses = RefusingAnalyses(world.state)
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.until(lambda: has_told(world, incident_id, Occasion.UNEXPLAINED))

    assert desktop.occasions == ["opened", "unexplained"]


async def test_a_silent_desktop_delays_no_analysis_and_no_end(temporal: Client) -> None:
    desktop = FakeNotifier(fails_with=Unavailable("it is off"))
    world = World(temporal, notifiers=(desktop,))
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        await world.deliver(a_recovery())

        await world.until(lambda: world.is_resolved(incident_id))

        assert not await has_told(world, incident_id, Occasion.OPENED)


async def test_a_desktop_that_stays_silent_is_given_up_and_told_of(
    skipping: WorkflowEnvironment,
) -> None:
    desktop = FakeNotifier(fails_with=Unavailable("it is off"))
    world = World(skipping.client, notifiers=(desktop,))
    async with world.running():
        incident_id = await world.deliver(NO_DATA)
        await world.until(lambda: has_asked(desktop))
        await skipping.sleep(timedelta(minutes=1))
        await world.until(lambda: has_told(world, incident_id, Occasion.OPENED))
        progress = await world.lifecycle(incident_id).query(IncidentLifecycle.progress)

    assert desktop.asked == 5
    assert world.state.notices[incident_id, Occasion.OPENED].given_up == "it is off"
    assert "people were not told that it is opened: it is off" in [s.name for s in progress.steps]
