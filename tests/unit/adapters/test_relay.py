"""The relay hands every delivery over once Temporal takes it, and forgets none until then."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from adapters.departures import LULL, Departures
from adapters.relay import (
    ABREAST,
    LONGEST_PACE,
    MARGIN,
    PROBE,
    SHORTEST_PACE,
    STAND_BY,
    Relay,
)
from domain.deliveries import EventStatus
from domain.errors import Misconfigured, Unavailable
from domain.incidents import Dispatch, GroupingRules
from tests import virtual_time
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
        self.relay = self.a_relay()

    def a_relay(self, **options: Any) -> Relay:
        return Relay(self.store_side, self.workflows, GroupingRules(), **options)

    async def store(self, number: int, **alert: object) -> None:
        event_id = str(number)
        await self.inbox.store(a_delivery(key=event_id, alert=an_alert(event_id=event_id, **alert)))

    def statuses(self) -> list[EventStatus]:
        return [event.status for event in self.state.events]


async def test_a_wave_reaches_its_incident_in_one_signal() -> None:
    line = Line()
    for number in (1, 2, 3):
        await line.store(number, cycle_key=f"cycle-{number}")

    await line.relay.relay_batch()

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
    await line.store(1)

    await line.a_relay(lease=MARGIN).relay_batch()
    assert line.workflows.delivered == []
    assert line.statuses() == [EventStatus.PENDING]
    await line.relay.relay_batch()

    assert len(line.workflows.delivered) == 1


def test_what_follows_a_signal_travels_together_and_no_sooner_than_its_pace() -> None:
    async def story() -> None:
        line = Line()
        relay = line.relay
        for number in (1, 2, 3):
            await line.store(number, cycle_key=f"cycle-{number}")
            await relay.relay_batch()
        assert [len(one.alerts) for one in line.workflows.delivered] == [1]
        await asyncio.sleep(SHORTEST_PACE.total_seconds())
        await relay.relay_batch()

        assert [len(one.alerts) for one in line.workflows.delivered] == [1, 2]
        assert line.statuses() == [EventStatus.PROCESSED] * 3

    virtual_time.run(story())


def test_the_busier_temporal_is_the_more_travels_together() -> None:
    async def story() -> None:
        line = Line()
        line.workflows.takes = 1.0  # second
        for number in range(5):  # a second apart
            await line.store(number, cycle_key=f"cycle-{number}")
            await line.relay.relay_batch()
            await asyncio.sleep(1 - line.workflows.takes * (number == 0))
        assert len(line.workflows.delivered) == 1
        await asyncio.sleep(1)
        await line.relay.relay_batch()

        assert [len(one.alerts) for one in line.workflows.delivered] == [1, 4]

    virtual_time.run(story())


def test_what_waits_leaves_early_where_the_wave_is_over() -> None:
    async def story() -> None:
        line = Line()
        line.workflows.takes = 1.0  # second
        for number in (1, 2):
            await line.store(number, cycle_key=f"cycle-{number}")
            await line.relay.relay_batch()
        await asyncio.sleep(LULL * LONGEST_PACE.total_seconds())
        await line.relay.relay_batch()

        assert [len(one.alerts) for one in line.workflows.delivered] == [1, 1]

    virtual_time.run(story())


def test_another_incident_waits_for_nobody() -> None:
    async def story() -> None:
        line = Line()
        await line.store(1, service="checkout", tags=("env:prod", "service:checkout"))
        await line.relay.relay_batch()
        await line.store(
            2, service="billing", tags=("env:prod", "service:billing"), cycle_key="another"
        )
        await line.relay.relay_batch()

        assert len({one.incident_id for one in line.workflows.delivered}) == 2

    virtual_time.run(story())


def test_a_relay_that_is_told_to_stop_gives_back_what_waits() -> None:
    async def story() -> None:
        line, stop = Line(), asyncio.Event()
        relay = line.a_relay()
        for number in (1, 2):
            await line.store(number, cycle_key=f"cycle-{number}")
            await relay.relay_batch()
        stop.set()
        await relay.run(stop)

        assert [event.leased_until for event in line.state.events] == [None, None]
        assert line.statuses() == [EventStatus.PROCESSED, EventStatus.PENDING]

    virtual_time.run(story())


def test_an_outage_costs_one_call_and_not_one_for_each_incident() -> None:
    async def story() -> None:
        line = Line()
        for number in range(40):
            await line.store(number, cycle_key=f"{number}", tags=(f"service:{number}",))
        line.workflows.fails_with = Unavailable("Temporal cannot be reached")
        with pytest.raises(Unavailable):
            await line.relay.relay_batch()

        assert line.workflows.calls <= ABREAST
        assert all(event.leased_until is None for event in line.state.events)

    virtual_time.run(story())


async def test_while_temporal_is_away_a_few_are_tried_and_then_all() -> None:
    line = Line()
    for number in range(PROBE + 5):
        await line.store(number, cycle_key=f"{number}")
    line.workflows.fails_with = Unavailable("Temporal cannot be reached")
    with pytest.raises(Unavailable):
        await line.relay.relay_batch()
    line.workflows.fails_with = None

    await line.relay.relay_batch()
    assert line.statuses().count(EventStatus.PROCESSED) == PROBE
    await line.a_relay().relay_batch()

    assert line.statuses().count(EventStatus.PROCESSED) == PROBE + 5


async def test_an_apis_relay_takes_only_what_no_worker_took_in_time() -> None:
    line = Line()
    await line.store(1)
    relay = line.a_relay(stands_by=True)

    await relay.relay_batch()
    assert line.workflows.delivered == []
    line.state.now += STAND_BY
    await relay.relay_batch()

    assert len(line.workflows.delivered) == 1


async def test_a_wave_goes_on_from_the_traces_that_it_came_in() -> None:
    line, trail = Line(), FakeTrail()
    for number in (1, 2):
        alert = an_alert(event_id=f"{number}", cycle_key=f"cycle-{number}")
        await line.inbox.store(
            a_delivery(key=f"{number}", alert=alert, traceparent=f"trace-{number}")
        )

    await line.relay.telling(FakeTally(), trail).relay_batch()

    assert trail.gone_on == [(("trace-1", "trace-2"), 1)]


async def test_deliveries_are_counted_by_what_came_of_them() -> None:
    line, tally = Line(), FakeTally()
    relay = line.relay.telling(tally, FakeTrail())
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

    await line.relay.telling(tally, FakeTrail()).relay_batch()

    assert tally.counted == {"relayed refused": 1}


def test_deliveries_that_waited_to_travel_together_bring_all_their_traces() -> None:
    departures = Departures(timedelta(seconds=1))
    for number in (1, 2):
        dispatch = Dispatch(
            incident_id=7, incident_key="k", alerts=(), traceparents=(f"trace-{number}",)
        )
        departures.add(dispatch, now=0.0, until=9.0)

    (leaving,) = departures.due(now=0.0)

    assert leaving.dispatch.traceparents == ("trace-1", "trace-2")
