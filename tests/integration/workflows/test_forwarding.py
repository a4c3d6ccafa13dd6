"""Forwarding on a real Temporal server: each delivery to each address, beside the analysis."""

from datetime import timedelta

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.alerts import Transition
from domain.errors import Forbidden, Unavailable
from domain.incidents import IncidentState
from tests.factories import an_alert
from tests.fakes.forwarder import FakeForwarder
from tests.integration.workflows.stories import a_recovery
from tests.integration.workflows.world import World
from workflows.incident_lifecycle import IncidentLifecycle

ONE, OTHER = "https://one.test/hook?token=s3cret", "https://other.test/hook"


async def test_each_delivery_goes_to_each_address_of_the_matching_configs(
    temporal: Client,
) -> None:
    world = World(temporal)
    await world.configure(name="a", forward_urls=(ONE, OTHER))
    await world.configure(name="b", forward_urls=(OTHER,))
    await world.configure(name="c", forward_urls=("https://c.test",), monitor_ids=(43,))
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.deliver(a_recovery())
        await world.ended(incident_id)

    sent = sorted((url, event_id) for url, _, _, event_id in world.forwarder.forwarded)
    assert sent == [(ONE, 1), (ONE, 2), (OTHER, 1), (OTHER, 2)]
    assert set((await world.inbox.get_event(1)).forwarded_to) == {ONE, OTHER}


async def test_a_delivery_is_forwarded_byte_for_byte(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(forward_urls=(OTHER,))
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        await world.ended(incident_id)

    _, body, content_type, event_id = world.forwarder.forwarded[0]
    assert (body, content_type) == await world.inbox.get_raw(event_id)


async def test_a_transition_that_a_config_leaves_out_is_not_forwarded(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(forward_urls=(OTHER,), transitions=(Transition.RECOVERED,))
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        await world.ended(incident_id)

    assert [event_id for *_, event_id in world.forwarder.forwarded] == [2]


async def test_an_address_that_refuses_is_told_of_and_holds_nothing_up(temporal: Client) -> None:
    world = World(temporal, forwarder=FakeForwarder(fails_with=Forbidden("10.0.0.1 is private")))
    await world.configure(forward_urls=(ONE,))
    async with world.running():
        incident_id = await world.deliver(an_alert())
        await world.analysed(incident_id)
        await world.deliver(a_recovery())
        assert await world.ended(incident_id) is IncidentState.RESOLVED
        progress = await world.lifecycle(incident_id).query(IncidentLifecycle.progress)

    assert [step.name for step in progress.steps if "not forwarded" in step.name] == [
        "delivery 1 was not forwarded to one.test: 10.0.0.1 is private",
        "delivery 2 was not forwarded to one.test: 10.0.0.1 is private",
    ]


async def test_a_silent_address_delays_no_analysis(temporal: Client) -> None:
    world = World(temporal, forwarder=FakeForwarder(fails_with=Unavailable("it is down")))
    await world.configure(forward_urls=(ONE,))
    async with world.running():
        incident_id = await world.deliver(an_alert())

        await world.analysed(incident_id)
        assert await world.until(lambda: world.has_outcome(incident_id))

    assert (await world.inbox.get_event(1)).forwarded_to == ()


async def test_the_run_of_a_resolved_incident_waits_for_a_slow_receiver(
    skipping: WorkflowEnvironment,
) -> None:
    world = World(skipping.client, forwarder=FakeForwarder(fails_with=Unavailable("it restarts")))
    await world.configure(forward_urls=(ONE,))
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        await world.until(lambda: world.is_resolved(incident_id))
        world.forwarder.fails_with = None
        await skipping.sleep(timedelta(minutes=2))
        await world.ended(incident_id)

    assert (await world.inbox.get_event(1)).forwarded_to == (ONE,)


async def test_no_history_holds_an_address_that_may_be_secret(temporal: Client) -> None:
    world = World(temporal)
    await world.configure(forward_urls=(ONE,))
    async with world.running():
        incident_id = await world.deliver(an_alert(), a_recovery())
        await world.ended(incident_id)

    history = (await world.lifecycle(incident_id).fetch_history()).to_json()
    assert "b25lLnRlc3" in history or "one.test" in history  # the host does: people look for it
    assert "s3cret" not in history
