"""What happens when PostgreSQL is not what we hoped for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import LiteralString

import pytest

from adapters.postgres.database import Database, Timeouts
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.relay import PostgresRelay
from domain.errors import Broken, Conflict, Misconfigured, NotFound, TimedOut, Unavailable
from tests.factories import a_delivery
from tests.servers.postgres import PostgresServer

BRIEF = Timeouts(
    connect=timedelta(seconds=1),
    pool=timedelta(seconds=1),
    lock=timedelta(seconds=0.1),
    statement=timedelta(seconds=0.2),
)
NOBODY_LISTENS = "host=127.0.0.1 port=1 user=rayne password=hunter2 dbname=rayne"


@pytest.fixture
async def database(postgres_address: str) -> AsyncIterator[Database]:
    database = Database.connect(postgres_address, timeouts=BRIEF)
    yield database
    await database.close()


@pytest.fixture(scope="module")
def mortal_server() -> Iterator[PostgresServer]:
    """A server of this module's own: its tests stop it."""
    server = PostgresServer()
    yield server
    server.remove()


@pytest.fixture
async def mortal_database(mortal_server: PostgresServer) -> AsyncIterator[Database]:
    database = Database.connect(mortal_server.database(), timeouts=BRIEF)
    yield database
    await database.close()


async def test_connecting_does_not_need_postgres() -> None:
    database = Database.connect(NOBODY_LISTENS, timeouts=BRIEF)

    await database.close()


async def test_a_refused_connection_is_an_outage_and_names_no_secret() -> None:
    database = Database.connect(NOBODY_LISTENS, timeouts=BRIEF)

    with pytest.raises(Unavailable) as refused:
        await database.ping()

    await database.close()
    assert "hunter2" not in str(refused.value)


async def test_an_address_that_cannot_be_read_is_not_shown() -> None:
    with pytest.raises(Misconfigured) as refused:
        Database.connect("postgres//rayne:hunter2@db/rayne")

    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("wrong", ["dbname=nowhere", "user=nobody"])
async def test_a_refused_login_is_a_misconfiguration(postgres_address: str, wrong: str) -> None:
    database = Database.connect(with_setting(postgres_address, wrong), timeouts=BRIEF)

    with pytest.raises(Misconfigured):
        await database.ping()

    await database.close()


async def test_a_database_that_was_stopped_is_unavailable_and_works_when_it_is_back(
    mortal_server: PostgresServer, mortal_database: Database
) -> None:
    inbox = PostgresInbox(mortal_database)
    await asyncio.gather(*(inbox.store(a_delivery(key=f"before-{n}")) for n in range(8)))
    await asyncio.to_thread(mortal_server.stop)

    with pytest.raises(Unavailable):
        await inbox.store(a_delivery(key="during"))

    await asyncio.to_thread(mortal_server.start)
    receipt = await inbox.store(a_delivery(key="after"))
    assert not receipt.duplicate


async def test_connections_that_died_in_the_pool_are_never_handed_out(
    mortal_server: PostgresServer, mortal_database: Database
) -> None:
    inbox = PostgresInbox(mortal_database)
    await asyncio.gather(*(inbox.store(a_delivery(key=f"early-{n}")) for n in range(8)))
    await asyncio.to_thread(mortal_server.stop)
    await asyncio.to_thread(mortal_server.start)

    receipts = await asyncio.gather(*(inbox.store(a_delivery(key=f"late-{n}")) for n in range(8)))

    assert not any(receipt.duplicate for receipt in receipts)


async def test_waiting_for_a_delivery_outlives_an_outage(
    mortal_server: PostgresServer, mortal_database: Database
) -> None:
    relay = PostgresRelay(mortal_database)
    await relay.wait_for_delivery(timedelta(seconds=5))
    await asyncio.to_thread(mortal_server.stop)
    clock = asyncio.get_running_loop()
    began = clock.time()

    for _ in range(3):
        await relay.wait_for_delivery(timedelta(seconds=0.2))

    assert clock.time() - began >= 0.6
    await asyncio.to_thread(mortal_server.start)
    await relay.wait_for_delivery(timedelta(seconds=5))
    waiting = asyncio.create_task(relay.wait_for_delivery(timedelta(seconds=60)))
    await PostgresInbox(mortal_database).store(a_delivery(key="rings"))
    async with asyncio.timeout(10):
        await waiting


async def test_a_statement_that_takes_too_long_is_ended(database: Database) -> None:
    with pytest.raises(TimedOut):
        await execute(database, "SELECT pg_sleep(60)")


async def test_a_call_is_bounded_however_many_statements_it_has(postgres_address: str) -> None:
    timeouts = Timeouts(call=timedelta(seconds=0.3))
    database = Database.connect(postgres_address, timeouts=timeouts)

    with pytest.raises(TimedOut):
        await execute(database, *["SELECT pg_sleep(0.05)"] * 100)

    await database.ping()
    await database.close()


async def test_a_lock_held_by_another_is_waited_for_only_so_long(database: Database) -> None:
    async with database.transaction() as holder:
        await holder.execute("LOCK TABLE incidents")

        with pytest.raises(Unavailable):
            await execute(database, "SELECT count(*) FROM incidents")


async def test_a_pool_that_is_used_up_is_an_outage(postgres_address: str) -> None:
    database = Database.connect(postgres_address, max_size=1, timeouts=BRIEF)

    async with database.connection():
        with pytest.raises(Unavailable) as refused:
            await database.ping()

    await database.close()
    assert "busy" in str(refused.value)


async def test_a_transaction_that_fails_leaves_nothing_behind(database: Database) -> None:
    insert = """
        INSERT INTO incidents (key, state, group_key, first_alert_at, last_alert_at)
        VALUES ('k', 'open', 'g', now(), now())
    """

    with pytest.raises(Conflict):
        await execute(database, insert, insert)

    async with database.connection() as connection:
        cursor = await connection.execute("SELECT count(*) AS rows FROM incidents")
        assert await cursor.fetchone() == {"rows": 0}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "INSERT INTO analyses (incident_id, number, state, frame) VALUES (1, 1, '', '{}')",
            NotFound,
        ),
        ("SELECT 1 / 0", Broken),
        ("SELECT nonsense", Broken),
        ("SET TRANSACTION READ ONLY; CREATE TABLE t (id INT)", Unavailable),
    ],
)
async def test_a_refused_statement_says_whose_fault_it_is(
    database: Database, statement: LiteralString, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        await execute(database, statement)


async def execute(database: Database, *statements: LiteralString) -> None:
    """All in one transaction."""
    async with database.transaction() as connection:
        for statement in statements:
            await connection.execute(statement)


def with_setting(address: str, setting: str) -> str:
    return f"{address}&{setting}"
