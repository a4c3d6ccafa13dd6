"""Counts are exact, a monitor's past is its own, and a forward is noted once."""

from datetime import timedelta

import pytest

from domain.alerts import AlertStatus, Transition
from domain.deliveries import EventStatus
from domain.errors import NotFound
from tests.factories import NOON, a_delivery, an_alert
from tests.integration.postgres.stores import Stores, claim, deliver

YESTERDAY = NOON - timedelta(hours=24)


async def test_an_empty_inbox_counts_nothing(stores: Stores) -> None:
    stats = await stores.history.event_stats(since=YESTERDAY)

    assert (stats.total, stats.by_status, stats.by_alert_status, stats.recent) == (0, {}, {}, 0)


async def test_every_delivery_is_counted_once_in_each_map(stores: Stores) -> None:
    warning = an_alert(status=AlertStatus.WARN, transition=Transition.WARN, cycle_key="cycle-2")
    await stores.inbox.store(a_delivery(key="a"))
    await claim(stores)
    await stores.relay.mark_relayed([1])
    await stores.inbox.store(a_delivery(key="b"))
    await stores.inbox.store(a_delivery(key="c", alert=warning))
    await stores.inbox.store(a_delivery(key="d", alert=None, problem="the body is not JSON"))

    stats = await stores.history.event_stats(since=YESTERDAY)

    assert stats.total == 4
    assert stats.by_status == {
        EventStatus.PROCESSED: 1,
        EventStatus.PENDING: 2,
        EventStatus.FAILED: 1,
    }
    assert stats.by_alert_status == {"Alert": 2, "Warn": 1, "": 1}


async def test_only_what_came_after_the_moment_is_recent(stores: Stores) -> None:
    for key, received_at in (("a", YESTERDAY), ("b", YESTERDAY + timedelta(seconds=1))):
        await stores.inbox.store(a_delivery(key=key, received_at=received_at))

    stats = await stores.history.event_stats(since=YESTERDAY)

    assert (stats.total, stats.recent) == (2, 1)


async def test_a_redelivery_is_not_counted(stores: Stores) -> None:
    for _ in range(3):
        await stores.inbox.store(a_delivery())

    assert (await stores.history.event_stats(since=YESTERDAY)).total == 1


async def test_a_monitors_deliveries_come_newest_first_without_the_others(stores: Stores) -> None:
    for number, monitor_id in enumerate((42, 7, 42, 42)):
        alert = an_alert(monitor_id=monitor_id)
        await stores.inbox.store(a_delivery(key=f"key-{number}", alert=alert))

    found = await stores.history.monitor_events(42, limit=2)

    assert [event.id for event in found] == [4, 3]


async def test_a_monitor_that_never_alerted_has_no_past(stores: Stores) -> None:
    await stores.inbox.store(a_delivery())

    for unknown in (43, -1, 2**80):
        assert await stores.history.monitor_events(unknown, limit=10) == ()


async def test_a_forward_is_noted_once_however_often_it_is_said(stores: Stores) -> None:
    event_id = (await stores.inbox.store(a_delivery())).event_id

    for url in ("https://b.test", "https://a.test", "https://b.test"):
        await stores.history.mark_forwarded(event_id, url)

    event = await stores.inbox.get_event(event_id)
    assert event.forwarded_to == ("https://b.test", "https://a.test")


async def test_a_forward_of_an_unknown_event_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.history.mark_forwarded(404, "https://a.test")


async def test_what_has_arrived_is_never_claimed_again(stores: Stores) -> None:
    event_id = await deliver(stores)
    await claim(stores, lease=timedelta(0))

    await stores.history.mark_arrived([event_id])

    assert await claim(stores) == []
