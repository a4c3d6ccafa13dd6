"""The relay's claims: every delivery is handed over, together with those of its incident."""

import asyncio
from datetime import timedelta

from domain.alerts import AlertStatus, Transition
from domain.deliveries import EventStatus
from tests.factories import NOON, a_delivery, an_alert
from tests.integration.postgres.stores import Stores, claim, deliver

MINUTE = timedelta(minutes=1)
OTHER = {"cycle_key": "cycle-2", "monitor_id": 43}


async def test_alerts_of_one_group_are_dispatched_together(stores: Stores) -> None:
    first = await deliver(stores)
    second = await deliver(stores, **OTHER)

    [dispatch] = await claim(stores)

    assert [alert.event_id for alert in dispatch.alerts] == [first, second]


async def test_alerts_of_two_groups_go_to_two_incidents(stores: Stores) -> None:
    await deliver(stores)
    await deliver(stores, **OTHER, service="payments")

    first, second = await claim(stores)

    assert first.incident_id != second.incident_id
    assert first.incident_key != second.incident_key


async def test_a_dispatch_lists_its_alerts_in_the_order_they_happened(stores: Stores) -> None:
    late = await deliver(stores, happened_at=NOON + MINUTE, **OTHER)
    early = await deliver(stores, happened_at=NOON)

    [dispatch] = await claim(stores)

    assert [alert.event_id for alert in dispatch.alerts] == [early, late]


async def test_a_dispatched_alert_carries_what_its_workflow_decides_on(stores: Stores) -> None:
    event_id = await deliver(stores, transition=Transition.WARN, status=AlertStatus.WARN)

    [dispatch] = await claim(stores)

    [alert] = dispatch.alerts
    assert alert.event_id == event_id
    assert alert.episode_key == "1234|cycle=cycle-1"
    assert alert.transition is Transition.WARN
    assert alert.status is AlertStatus.WARN
    assert alert.happened_at == NOON
    assert (alert.title, alert.monitor_id) == ("Error rate is high", 42)
    assert (alert.service, alert.priority) == ("checkout", "P2")


async def test_the_incidents_key_is_ten_hex_digits(stores: Stores) -> None:
    await deliver(stores)

    [dispatch] = await claim(stores)

    assert len(dispatch.incident_key) == 10
    assert int(dispatch.incident_key, 16) >= 0


async def test_an_open_incident_takes_later_alerts_of_its_group(stores: Stores) -> None:
    await deliver(stores)
    [opened] = await claim(stores)
    await deliver(stores, **OTHER)

    [joined] = await claim(stores)

    assert joined.incident_id == opened.incident_id


async def test_claimed_deliveries_are_not_claimed_again(stores: Stores) -> None:
    await deliver(stores)
    await claim(stores)

    assert await claim(stores) == []


async def test_a_claim_whose_lease_ran_out_comes_back_unchanged(stores: Stores) -> None:
    await deliver(stores)
    before = await claim(stores, lease=timedelta(0))

    assert await claim(stores) == before


async def test_a_released_claim_comes_back_at_once(stores: Stores) -> None:
    event_id = await deliver(stores)
    before = await claim(stores)

    await stores.relay.release([event_id])

    assert await claim(stores) == before


async def test_releasing_what_was_relayed_does_not_bring_it_back(stores: Stores) -> None:
    event_id = await deliver(stores)
    await claim(stores)
    await stores.relay.mark_relayed([event_id])

    await stores.relay.release([event_id])

    assert await claim(stores) == []


async def test_relayed_deliveries_are_processed_and_never_come_back(stores: Stores) -> None:
    event_id = await deliver(stores)
    await claim(stores, lease=timedelta(0))

    await stores.relay.mark_relayed([event_id])

    event = await stores.inbox.get_event(event_id)
    assert event.status is EventStatus.PROCESSED
    assert event.processed_at is not None
    assert await claim(stores) == []


async def test_marking_twice_keeps_the_first_time(stores: Stores) -> None:
    event_id = await deliver(stores)
    await claim(stores)
    await stores.relay.mark_relayed([event_id])
    before = await stores.inbox.get_event(event_id)

    await stores.relay.mark_relayed([event_id])

    assert await stores.inbox.get_event(event_id) == before


async def test_a_claim_takes_no_more_than_its_limit_oldest_first(stores: Stores) -> None:
    ids = [await deliver(stores, cycle_key=f"cycle-{n}") for n in range(3)]

    [first] = await claim(stores, limit=2)
    [second] = await claim(stores, limit=2)

    assert [alert.event_id for alert in first.alerts] == ids[:2]
    assert [alert.event_id for alert in second.alerts] == ids[2:]


async def test_an_empty_inbox_gives_nothing(stores: Stores) -> None:
    assert await claim(stores) == []


async def test_deliveries_behind_unmatched_recoveries_are_still_found(stores: Stores) -> None:
    for n in range(3):
        await deliver(stores, transition=Transition.RECOVERED, cycle_key=f"unknown-{n}")
    event_id = await deliver(stores)

    [dispatch] = await claim(stores, limit=1)

    assert [alert.event_id for alert in dispatch.alerts] == [event_id]


async def test_waiting_ends_when_a_delivery_is_stored(stores: Stores) -> None:
    await stores.relay.wait_for_delivery(timedelta(seconds=0.1))
    waiting = asyncio.create_task(stores.relay.wait_for_delivery(timedelta(seconds=60)))

    await stores.inbox.store(a_delivery())

    async with asyncio.timeout(10):
        await waiting


async def test_waiting_ends_by_itself_when_nothing_comes(stores: Stores) -> None:
    async with asyncio.timeout(10):
        for _ in range(2):
            await stores.relay.wait_for_delivery(timedelta(seconds=0.1))


async def test_a_delivery_stored_between_two_waits_ends_the_next_one(stores: Stores) -> None:
    await stores.relay.wait_for_delivery(timedelta(seconds=0.1))
    await stores.inbox.store(a_delivery())

    async with asyncio.timeout(10):
        await stores.relay.wait_for_delivery(timedelta(seconds=60))


async def test_a_dispatch_knows_the_traces_that_its_deliveries_came_in(stores: Stores) -> None:
    for number in (1, 2):
        alert = an_alert(event_id=f"{number}", cycle_key=f"cycle-{number}")
        await stores.inbox.store(
            a_delivery(key=f"{number}", alert=alert, traceparent=f"trace-{number}")
        )

    (dispatch,) = await claim(stores)

    assert dispatch.traceparents == ("trace-1", "trace-2")
