"""What could not be read when it came may be read later, and has its effect once."""

import asyncio

import pytest

from domain.deliveries import Delivery, EventStatus
from tests.factories import NOON, a_delivery, an_alert
from tests.integration.postgres.stores import Stores, claim


def an_unreadable(number: int = 1) -> Delivery:
    return a_delivery(
        raw=f"body {number}".encode(),
        content_type="text/plain",
        key=f"body:{number}",
        key_expires=True,
        alert=None,
        problem="the body is not JSON",
    )


async def test_failed_events_are_handed_out_oldest_first_as_they_came(stores: Stores) -> None:
    await stores.inbox.store(a_delivery())
    for number in range(3):
        await stores.inbox.store(an_unreadable(number))

    found = await stores.unread.failed_events(after=2, limit=1)

    assert [(event.id, event.raw, event.content_type) for event in found] == [
        (3, b"body 1", "text/plain")
    ]
    assert found[0].received_at == NOON


async def test_a_reading_makes_a_failed_event_pending_for_the_relay(stores: Stores) -> None:
    event_id = (await stores.inbox.store(an_unreadable())).event_id

    accepted = await stores.unread.accept_reading(event_id, a_delivery())

    event = await stores.inbox.get_event(event_id)
    [dispatch] = await claim(stores)
    assert accepted
    assert (event.status, event.error, event.alert) == (EventStatus.PENDING, "", an_alert())
    assert [alert.event_id for alert in dispatch.alerts] == [event_id]


async def test_the_raw_body_stays_as_it_came(stores: Stores) -> None:
    event_id = (await stores.inbox.store(an_unreadable())).event_id

    await stores.unread.accept_reading(event_id, a_delivery(raw=b"body 1"))

    assert (await stores.inbox.get_raw(event_id))[0] == b"body 1"


async def test_a_redelivery_of_what_was_read_again_is_a_duplicate(stores: Stores) -> None:
    event_id = (await stores.inbox.store(an_unreadable())).event_id
    await stores.unread.accept_reading(event_id, a_delivery())

    receipt = await stores.inbox.store(a_delivery())

    assert (receipt.duplicate, receipt.event_id) == (True, event_id)


async def test_a_reading_that_another_delivery_brought_has_no_second_effect(
    stores: Stores,
) -> None:
    await stores.inbox.store(a_delivery())
    event_id = (await stores.inbox.store(an_unreadable())).event_id

    accepted = await stores.unread.accept_reading(event_id, a_delivery())

    event = await stores.inbox.get_event(event_id)
    assert not accepted
    assert (event.status, event.error) == (
        EventStatus.FAILED,
        "read again: another delivery brought the same event",
    )


async def test_a_reading_without_a_lasting_key_keeps_the_key_of_its_body(stores: Stores) -> None:
    event_id = (await stores.inbox.store(an_unreadable())).event_id
    reading = a_delivery(key="another hash", key_expires=True)

    await stores.unread.accept_reading(event_id, reading)

    assert (await stores.inbox.store(an_unreadable())).event_id == event_id
    assert not (await stores.inbox.store(reading)).duplicate


@pytest.mark.parametrize("relayed", [True, False])
async def test_an_event_that_did_not_fail_is_left_alone(stores: Stores, relayed: bool) -> None:
    event_id = (await stores.inbox.store(a_delivery())).event_id
    if relayed:
        await claim(stores)
        await stores.relay.mark_relayed([event_id])
    before = await stores.inbox.get_event(event_id)
    other = a_delivery(key="other", alert=an_alert(monitor_id=7))

    assert not await stores.unread.accept_reading(event_id, other)

    assert await stores.inbox.get_event(event_id) == before


async def test_what_still_cannot_be_read_stays_failed(stores: Stores) -> None:
    event_id = (await stores.inbox.store(an_unreadable())).event_id

    assert not await stores.unread.accept_reading(event_id, an_unreadable())

    assert (await stores.inbox.get_event(event_id)).status is EventStatus.FAILED


async def test_waking_the_relay_counts_what_is_pending_and_rings(stores: Stores) -> None:
    for key in ("a", "b"):
        await stores.inbox.store(a_delivery(key=key))
    await stores.inbox.store(an_unreadable())

    assert await stores.unread.wake_relay() == 2
    assert await stores.unread.wake_relay() == 2


async def test_ten_readings_at_once_are_one(postgres_stores: Stores) -> None:
    event_id = (await postgres_stores.inbox.store(an_unreadable())).event_id
    readings = [postgres_stores.unread.accept_reading(event_id, a_delivery()) for _ in range(10)]

    accepted = await asyncio.gather(*readings)

    assert sum(accepted) == 1


async def test_two_failed_events_that_read_the_same_are_one(postgres_stores: Stores) -> None:
    for number in (1, 2):
        await postgres_stores.inbox.store(an_unreadable(number))
    readings = [postgres_stores.unread.accept_reading(n, a_delivery()) for n in (1, 2)]

    accepted = await asyncio.gather(*readings)

    assert sorted(accepted) == [False, True]
