"""Deliveries that come at once share a commit, and each is stored or refused for itself."""

import asyncio
from datetime import timedelta

import pytest

from adapters.postgres.database import Database
from adapters.postgres.inbox import CHANNEL, LARGE, PostgresInbox
from domain.deliveries import Delivery
from domain.errors import Broken
from tests.factories import a_delivery

REFUSES_POISON = """
CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.raw = 'poison' THEN RAISE data_exception; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER refuse_poison BEFORE INSERT ON webhook_events
FOR EACH ROW EXECUTE FUNCTION refuse_poison();
"""
TRANSACTIONS = "SELECT count(DISTINCT xmin::text) AS transactions FROM webhook_events"


def numbered(number: int, raw: bytes = b"{}") -> Delivery:
    return a_delivery(key=f"event:{number}", raw=raw)


@pytest.fixture
def inbox(database: Database) -> PostgresInbox:
    return PostgresInbox(database)


async def test_many_at_once_are_stored_each_once_in_few_commits(
    inbox: PostgresInbox, database: Database
) -> None:
    receipts = await asyncio.gather(*(inbox.store(numbered(number)) for number in range(60)))

    assert len({receipt.event_id for receipt in receipts}) == 60
    for number in (0, 59):
        event = await inbox.get_event(receipts[number].event_id)
        assert event.alert == numbered(number).alert
    async with database.connection() as connection:
        row = await (await connection.execute(TRANSACTIONS)).fetchone()
    assert row
    assert row["transactions"] <= 5


async def test_the_same_one_many_times_at_once_is_stored_once(inbox: PostgresInbox) -> None:
    receipts = await asyncio.gather(*(inbox.store(numbered(1)) for _ in range(20)))

    assert len({receipt.event_id for receipt in receipts}) == 1
    assert sorted(receipt.duplicate for receipt in receipts) == [False, *[True] * 19]


async def test_two_processes_with_the_same_ones_in_another_order_hold_up_each_other_never(
    inbox: PostgresInbox, database: Database
) -> None:
    another = PostgresInbox(database)

    receipts = await asyncio.gather(
        *(inbox.store(numbered(number)) for number in range(50)),
        *(another.store(numbered(number)) for number in reversed(range(50))),
    )

    assert len({receipt.event_id for receipt in receipts}) == 50
    assert sum(receipt.duplicate for receipt in receipts) == 50


async def test_one_that_the_database_refuses_takes_no_other_with_it(
    inbox: PostgresInbox, database: Database
) -> None:
    async with database.connection() as connection:
        await connection.execute(REFUSES_POISON)
    bodies = [b"good", b"good", b"poison", b"good"]
    try:
        stored = await asyncio.gather(
            *(inbox.store(numbered(number, raw)) for number, raw in enumerate(bodies)),
            return_exceptions=True,
        )
    finally:
        async with database.connection() as connection:  # the next test gets this database
            await connection.execute("DROP FUNCTION refuse_poison CASCADE")

    assert [isinstance(one, Broken) for one in stored] == [raw == b"poison" for raw in bodies]


async def test_a_large_one_goes_alone(inbox: PostgresInbox) -> None:
    large = numbered(1, raw=b"x" * (LARGE + 1))

    receipts = await asyncio.gather(inbox.store(large), inbox.store(numbered(2)))

    assert (await inbox.get_raw(receipts[0].event_id))[0] == large.raw


async def test_whoever_listens_is_woken(inbox: PostgresInbox, database: Database) -> None:
    listener = database.listen(CHANNEL)
    await listener.wait(timedelta(seconds=1))  # it has only now begun to listen

    waiting = asyncio.create_task(listener.wait(timedelta(seconds=60)))
    await asyncio.sleep(0)
    await inbox.store(numbered(1))

    async with asyncio.timeout(10):
        await waiting
