"""What several processes do at once ends as if they had taken turns."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.postgres.database import Database
from adapters.postgres.grouping import Arrival, place_all
from domain.alerts import Transition
from domain.incidents import Dispatch, GroupingRules, IncidentState
from tests.factories import NOON, a_delivery, an_alert
from tests.integration.postgres.stores import (
    LEASE,
    Stores,
    claim,
    deliver,
    listed_events,
    real_stores,
)


@pytest.fixture
async def databases(postgres_address: str) -> AsyncIterator[list[Database]]:
    """Two processes' worth of connections to one database."""
    databases = [Database.connect(postgres_address, max_size=20) for _ in range(2)]
    yield databases
    for database in databases:
        await database.close()


@pytest.fixture
def processes(databases: list[Database]) -> list[Stores]:
    return [real_stores(database) for database in databases]


async def claim_at_once(processes: list[Stores], *, limit: int = 100) -> list[Dispatch]:
    claims = await asyncio.gather(*(claim(stores, limit=limit) for stores in processes))
    return [dispatch for dispatches in claims for dispatch in dispatches]


@pytest.mark.parametrize("key_expires", [False, True])
async def test_twenty_copies_at_once_are_one_delivery(
    processes: list[Stores], key_expires: bool
) -> None:
    delivery = a_delivery(key_expires=key_expires)

    receipts = await asyncio.gather(
        *(stores.inbox.store(delivery) for stores in processes for _ in range(10))
    )

    assert len({receipt.event_id for receipt in receipts}) == 1
    assert sorted(receipt.duplicate for receipt in receipts) == [False] + [True] * 19
    _, total = await listed_events(processes[0], page=1, per_page=1)
    assert total == 1


async def test_twenty_copies_of_an_expired_key_are_one_new_delivery(
    processes: list[Stores],
) -> None:
    first = await processes[0].inbox.store(a_delivery(key_expires=True))
    later = a_delivery(key_expires=True, received_at=NOON + timedelta(hours=1))

    receipts = await asyncio.gather(
        *(stores.inbox.store(later) for stores in processes for _ in range(10))
    )

    [event_id] = {receipt.event_id for receipt in receipts}
    assert event_id != first.event_id
    assert sorted(receipt.duplicate for receipt in receipts) == [False] + [True] * 19


async def test_two_relays_never_claim_the_same_delivery(processes: list[Stores]) -> None:
    for n in range(40):
        await deliver(processes[0], cycle_key=f"cycle-{n}", service=f"service-{n % 7}")

    dispatches = await claim_at_once(processes, limit=20)

    claimed = [alert.event_id for dispatch in dispatches for alert in dispatch.alerts]
    assert len(claimed) == len(set(claimed)) == 40


async def test_two_relays_open_one_incident_for_one_group(processes: list[Stores]) -> None:
    for round_number in range(10):
        service = f"service-{round_number}"
        for n in range(2):
            await deliver(processes[0], cycle_key=f"{round_number}-{n}", service=service)

        dispatches = await claim_at_once(processes, limit=1)

        assert len(dispatches) == 2
        assert len({dispatch.incident_id for dispatch in dispatches}) == 1


async def test_relays_with_the_same_groups_in_different_order_do_not_block_each_other(
    processes: list[Stores],
) -> None:
    for n in range(60):
        service = f"service-{n % 6 if n < 30 else 5 - n % 6}"
        await deliver(processes[0], cycle_key=f"cycle-{n}", service=service)

    dispatches = await claim_at_once(processes, limit=30)

    assert len({dispatch.incident_id for dispatch in dispatches}) == 6


async def test_an_alert_waits_for_its_recovery_that_another_relay_is_placing(
    databases: list[Database], processes: list[Stores]
) -> None:
    # Without labels the recovery is of another group; only the episode is the same.
    bare = {"transition": Transition.RECOVERED, "service": "", "scope": (), "tags": ()}
    recovery = Arrival(await deliver(processes[0], **bare), an_alert(**bare))

    async with databases[1].transaction() as placing:
        assert await place_all(placing, [recovery], GroupingRules(), LEASE) == []
        event_id = await deliver(processes[0])
        claiming = asyncio.create_task(claim(processes[0]))
        await until_somebody_waits(databases[1])

    [dispatch] = await claiming
    assert {alert.event_id for alert in dispatch.alerts} == {recovery.event_id, event_id}


async def test_an_incident_does_not_end_while_an_alert_is_joining_it(
    databases: list[Database], processes: list[Stores]
) -> None:
    await deliver(processes[0])
    [opened] = await claim(processes[0])
    event_id = await deliver(processes[0], cycle_key="cycle-2")

    async with databases[1].transaction() as joining:
        arrival = Arrival(event_id, an_alert(cycle_key="cycle-2"))
        await place_all(joining, [arrival], GroupingRules(), LEASE)
        ending = asyncio.create_task(end(processes[0], opened.incident_id))
        await until_somebody_waits(databases[1])

    assert await ending is False


async def test_an_alert_that_comes_while_its_incident_ends_opens_the_next(
    databases: list[Database], processes: list[Stores]
) -> None:
    await deliver(processes[0])
    [opened] = await claim(processes[0])
    await deliver(processes[0], cycle_key="cycle-2")

    async with databases[1].transaction() as ending:
        await ending.execute("UPDATE incidents SET state = 'resolved'")
        claiming = asyncio.create_task(claim(processes[0]))
        await until_somebody_waits(databases[1])

    [dispatch] = await claiming
    assert dispatch.incident_id != opened.incident_id


async def test_an_incident_ends_or_is_joined_but_never_both(processes: list[Stores]) -> None:
    for n in range(10):
        await deliver(processes[0], service=f"service-{n}", cycle_key=f"first-{n}")
        [opened] = await claim(processes[0])
        await deliver(processes[0], service=f"service-{n}", cycle_key=f"second-{n}")

        ended, [dispatch] = await asyncio.gather(
            end(processes[0], opened.incident_id), claim(processes[1])
        )

        assert ended is (dispatch.incident_id != opened.incident_id)


async def end(stores: Stores, incident_id: int) -> bool:
    return await stores.incidents.end_incident(
        incident_id, IncidentState.RESOLVED, seen=1, ended_at=NOON
    )


async def until_somebody_waits(database: Database) -> None:
    """Returns when a statement in this database waits for another's lock."""
    query = """
        SELECT count(*) AS waiting FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    waiting = 0
    async with asyncio.timeout(10), database.connection() as connection:
        while not waiting:
            row = await (await connection.execute(query)).fetchone()
            waiting = row["waiting"] if row else 0
