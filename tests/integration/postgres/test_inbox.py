"""Deliveries are stored once, whatever they hold and however often they come."""

import json
from datetime import timedelta

import pytest

from domain.deliveries import EventStatus
from domain.errors import NotFound
from domain.notebook import NotebookReference
from tests.factories import NOON, a_delivery, an_alert
from tests.integration.postgres.stores import Stores, claim, listed_events


async def test_a_stored_delivery_reads_back_as_it_came(stores: Stores) -> None:
    delivery = a_delivery(raw=b'{"title": "Errors", "tags": "a:b, c"}')

    receipt = await stores.inbox.store(delivery)

    event = await stores.inbox.get_event(receipt.event_id)
    assert (event.payload["alert_title"], event.payload["tags"]) == ("Errors", ["a:b", "c"])
    assert event.alert == delivery.alert
    assert event.received_at == delivery.received_at
    assert event.status is EventStatus.PENDING


async def test_the_raw_body_survives_byte_for_byte(stores: Stores) -> None:
    body = bytes(range(256))

    receipt = await stores.inbox.store(a_delivery(raw=body, content_type="text/plain"))

    assert await stores.inbox.get_raw(receipt.event_id) == (body, "text/plain")


async def test_a_redelivery_gets_the_first_ones_event_id(stores: Stores) -> None:
    first = await stores.inbox.store(a_delivery())

    later = await stores.inbox.store(a_delivery(received_at=NOON + timedelta(days=30)))

    assert not first.duplicate
    assert later.duplicate
    assert later.event_id == first.event_id


async def test_a_redelivery_learns_its_incident_and_notebook(stores: Stores) -> None:
    await stores.inbox.store(a_delivery())
    [dispatch] = await claim(stores)
    notebook = NotebookReference(id=5, url="https://notebooks.test/5")
    await stores.incidents.set_notebook(dispatch.incident_id, notebook)

    receipt = await stores.inbox.store(a_delivery())

    assert receipt.incident_id == dispatch.incident_id
    assert receipt.notebook == notebook


async def test_an_expiring_key_counts_for_ten_minutes_from_its_first_delivery(
    stores: Stores,
) -> None:
    first = await stores.inbox.store(a_delivery(key="hash", key_expires=True))
    almost = NOON + timedelta(minutes=9, seconds=59)

    receipt = await stores.inbox.store(a_delivery(key="hash", key_expires=True, received_at=almost))

    assert receipt.event_id == first.event_id


async def test_an_expired_key_belongs_to_the_next_delivery(stores: Stores) -> None:
    first = await stores.inbox.store(a_delivery(key="hash", key_expires=True))
    later = a_delivery(key="hash", key_expires=True, received_at=NOON + timedelta(minutes=10))

    second = await stores.inbox.store(later)
    third = await stores.inbox.store(later)

    assert not second.duplicate
    assert second.event_id != first.event_id
    assert third.event_id == second.event_id


async def test_an_unreadable_delivery_is_kept_and_says_why(stores: Stores) -> None:
    delivery = a_delivery(raw=b"{", alert=None, problem="the body is not JSON")

    receipt = await stores.inbox.store(delivery)

    event = await stores.inbox.get_event(receipt.event_id)
    assert event.status is EventStatus.FAILED
    assert event.error == "the body is not JSON"


async def test_an_unreadable_delivery_is_never_relayed(stores: Stores) -> None:
    await stores.inbox.store(a_delivery(alert=None, problem="the body is not JSON"))

    assert await claim(stores) == []


async def test_events_are_listed_newest_first_with_their_number(stores: Stores) -> None:
    ids = [(await stores.inbox.store(a_delivery(key=f"key-{n}"))).event_id for n in range(5)]

    page, total = await listed_events(stores, page=2, per_page=2)

    assert [event.id for event in page] == [ids[2], ids[1]]
    assert total == 5


async def test_a_page_behind_the_last_is_empty_and_still_counts(stores: Stores) -> None:
    await stores.inbox.store(a_delivery())

    assert await listed_events(stores, page=9, per_page=10) == ((), 1)


async def test_a_receipt_tells_the_incident_once_there_is_one(stores: Stores) -> None:
    stored = await stores.inbox.store(a_delivery())
    before = await stores.inbox.receipt(stored.event_id)
    [dispatch] = await claim(stores)

    after = await stores.inbox.receipt(stored.event_id)

    assert before.incident_id is None
    assert after.incident_id == dispatch.incident_id


async def test_an_unknown_event_is_not_found(stores: Stores) -> None:
    for ask in (stores.inbox.get_event, stores.inbox.get_raw, stores.inbox.receipt):
        with pytest.raises(NotFound):
            await ask(404)


async def test_text_of_any_length_can_be_stored_and_relayed(stores: Stores) -> None:
    long = "x" * 1_000_000
    alert = an_alert(title=long, monitor_name=long, org_id=long, cycle_key=long, service=long)

    receipt = await stores.inbox.store(
        a_delivery(key=long, alert=alert, raw=json.dumps({"title": long}).encode())
    )

    [dispatch] = await claim(stores)
    assert (await stores.inbox.get_event(receipt.event_id)).payload["alert_title"] == long
    assert len(dispatch.alerts[0].title) == 200
    assert len(dispatch.alerts[0].service) == 200
