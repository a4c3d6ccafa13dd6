"""Whatever a sender writes is stored, and one bad row holds up no other."""

from datetime import timedelta

import pytest

from adapters.postgres.database import Database
from domain.deliveries import EventStatus
from tests.factories import a_delivery, an_alert
from tests.integration.postgres.stores import Stores, claim, deliver

HOSTILE = "NUL \x00, half a pair \ud800, '; DROP TABLE incidents; -- %s %(x)s"
STORABLE = "NUL \ufffd, half a pair \ufffd, '; DROP TABLE incidents; -- %s %(x)s"


@pytest.fixture
def stores(postgres_stores: Stores) -> Stores:
    return postgres_stores


async def test_characters_that_postgres_refuses_are_marked_and_the_rest_is_kept(
    stores: Stores,
) -> None:
    alert = an_alert(title=HOSTILE, monitor_name=HOSTILE, scope=(HOSTILE,), service=HOSTILE)
    delivery = a_delivery(key=HOSTILE, content_type=HOSTILE, alert=alert)

    receipt = await stores.inbox.store(delivery)

    [dispatch] = await claim(stores)
    event = await stores.inbox.get_event(receipt.event_id)
    incident = await stores.incidents.get_incident(dispatch.incident_id)
    assert event.alert
    assert event.alert.title == incident.title == dispatch.alerts[0].title == STORABLE
    assert incident.episodes[0].scope == (STORABLE,)


async def test_an_unreadable_body_may_fail_for_any_reason(stores: Stores) -> None:
    receipt = await stores.inbox.store(a_delivery(alert=None, problem=HOSTILE))

    assert (await stores.inbox.get_event(receipt.event_id)).error == STORABLE


async def test_a_monitor_id_that_no_column_holds_survives_in_the_alert(stores: Stores) -> None:
    event_id = await deliver(stores, monitor_id=10**30)

    [dispatch] = await claim(stores)

    event = await stores.inbox.get_event(event_id)
    assert event.alert
    assert event.alert.monitor_id == dispatch.alerts[0].monitor_id == 10**30


async def test_a_stored_alert_that_cannot_be_read_fails_alone(
    stores: Stores, database: Database
) -> None:
    broken = await deliver(stores, cycle_key="cycle-1")
    whole = await deliver(stores, cycle_key="cycle-2")
    async with database.connection() as connection:
        await connection.execute(
            'UPDATE webhook_events SET alert = \'{"from": "another time"}\' WHERE id = %s',
            (broken,),
        )

    [dispatch] = await claim(stores)

    assert [alert.event_id for alert in dispatch.alerts] == [whole]
    event = await stores.inbox.get_event(broken)
    assert (event.status, event.alert) == (EventStatus.FAILED, None)
    assert event.error == "a stored Alert cannot be read"


async def test_an_incident_does_not_count_what_can_no_longer_be_read(
    stores: Stores, database: Database
) -> None:
    event_id = await deliver(stores)
    [dispatch] = await claim(stores, lease=timedelta(0))
    async with database.connection() as connection:
        await connection.execute(
            'UPDATE webhook_events SET alert = \'{"from": "another time"}\' WHERE id = %s',
            (event_id,),
        )

    await claim(stores)

    assert (await stores.incidents.glance(dispatch.incident_id)).deliveries == 0
