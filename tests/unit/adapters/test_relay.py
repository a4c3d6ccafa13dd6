"""The relay hands every delivery over once Temporal takes it, and forgets none until then."""

import asyncio

import pytest

from adapters.relay import MARGIN, Relay
from domain.deliveries import EventStatus
from domain.errors import Misconfigured, Unavailable
from domain.incidents import GroupingRules
from tests.factories import a_delivery, an_alert
from tests.fakes.inbox import FakeInbox
from tests.fakes.incident_workflows import FakeIncidentWorkflows
from tests.fakes.relay_store import FakeRelayStore
from tests.fakes.store_state import FakeState
from tests.fakes.telemetry import FakeTally, FakeTrail

DEADLINE_SECONDS = 10


class Line:
    """An inbox at one end, workflows at the other."""

    def __init__(self) -> None:
        self.state = FakeState()
        self.inbox = FakeInbox(self.state)
        self.workflows = FakeIncidentWorkflows()
        self.store_side = FakeRelayStore(self.state)
        self.relay = Relay(self.store_side, self.workflows, GroupingRules())

    async def store(self, number: int, **alert: object) -> None:
        event_id = str(number)
        await self.inbox.store(a_delivery(key=event_id, alert=an_alert(event_id=event_id, **alert)))

    def statuses(self) -> list[EventStatus]:
        return [event.status for event in self.state.events]


async def test_a_wave_reaches_its_incident_in_one_signal() -> None:
    line = Line()
    for number in (1, 2, 3):
        await line.store(number, cycle_key=f"cycle-{number}")

    assert await line.relay.relay_batch() == 3
    (dispatch,) = line.workflows.delivered
    assert [alert.event_id for alert in dispatch.alerts] == [1, 2, 3]
    assert line.statuses() == [EventStatus.PROCESSED] * 3


async def test_a_delivery_is_not_done_while_temporal_refuses_it() -> None:
    line = Line()
    await line.store(1)
    line.workflows.fails_with = Unavailable("Temporal cannot be reached")

    with pytest.raises(Unavailable):
        await line.relay.relay_batch()

    assert line.statuses() == [EventStatus.PENDING]


async def test_a_refused_delivery_is_offered_again_at_once_and_not_after_its_lease() -> None:
    line = Line()
    await line.store(1)
    line.workflows.fails_with = Unavailable("Temporal cannot be reached")
    with pytest.raises(Unavailable):
        await line.relay.relay_batch()
    line.workflows.fails_with = None

    assert await line.relay.relay_batch() == 1


async def test_what_was_handed_over_is_not_handed_over_again() -> None:
    line = Line()
    await line.store(1)
    await line.relay.relay_batch()

    assert await line.relay.relay_batch() == 0
    assert len(line.workflows.delivered) == 1


async def test_a_running_relay_outlasts_an_outage() -> None:
    line, stop = Line(), asyncio.Event()
    line.workflows.fails_with = Unavailable("Temporal cannot be reached")
    await line.store(1)
    running = asyncio.create_task(line.relay.run(stop))

    await line.workflows.asked.wait()
    line.workflows.fails_with = None
    async with asyncio.timeout(DEADLINE_SECONDS):
        await line.workflows.took.wait()
    stop.set()
    await running

    assert len(line.workflows.delivered) == 1


async def test_a_refusal_neither_ends_the_relay_nor_loses_the_delivery() -> None:
    line = Line()
    await line.store(1)
    line.workflows.fails_with = Misconfigured("Temporal refused TEMPORAL_API_KEY")

    await line.relay.relay_batch()

    assert line.statuses() == [EventStatus.PENDING]


async def test_what_was_claimed_too_long_ago_is_left_to_the_next_claim() -> None:
    line = Line()
    line.relay = Relay(line.store_side, line.workflows, GroupingRules(), lease=MARGIN)
    await line.store(1)

    await line.relay.relay_batch()

    assert line.workflows.delivered == []
    assert line.statuses() == [EventStatus.PENDING]
    assert await Relay(line.store_side, line.workflows, GroupingRules()).relay_batch() == 1
    assert len(line.workflows.delivered) == 1


async def test_a_wave_goes_on_from_the_traces_that_it_came_in() -> None:
    line, trail = Line(), FakeTrail()
    for number in (1, 2):
        alert = an_alert(event_id=f"{number}", cycle_key=f"cycle-{number}")
        await line.inbox.store(
            a_delivery(key=f"{number}", alert=alert, traceparent=f"trace-{number}")
        )

    await Relay(line.store_side, line.workflows, GroupingRules(), trail=trail).relay_batch()

    assert trail.gone_on == [(("trace-1", "trace-2"), 1)]


async def test_deliveries_are_counted_by_what_came_of_them() -> None:
    line, tally = Line(), FakeTally()
    relay = Relay(line.store_side, line.workflows, GroupingRules(), tally=tally)
    await line.store(1)
    line.workflows.fails_with = Unavailable("Temporal cannot be reached")
    with pytest.raises(Unavailable):
        await relay.relay_batch()
    line.workflows.fails_with = None

    await relay.relay_batch()

    assert tally.counted == {"relayed released": 1, "relayed delivered": 1}
    assert tally.batches == [1, 1]


async def test_a_delivery_that_temporal_refuses_for_good_is_counted() -> None:
    line, tally = Line(), FakeTally()
    await line.store(1)
    line.workflows.fails_with = Misconfigured("Temporal refused TEMPORAL_API_KEY")

    await Relay(line.store_side, line.workflows, GroupingRules(), tally=tally).relay_batch()

    assert tally.counted == {"relayed refused": 1}
