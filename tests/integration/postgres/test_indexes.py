"""Queries in use, on tables that have grown: none reads one of them from end to end."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from decimal import Decimal

import psycopg
import pytest

from adapters import clock
from adapters.postgres.database import Database
from adapters.postgres.status import Limits, PostgresStatus
from domain.analysis import AnalysisKey
from domain.incidents import IncidentState
from domain.paging import Piece
from tests.factories import NOON, a_delivery, an_alert
from tests.filling import fill
from tests.integration.postgres.stores import Stores, claim, deliver, real_stores
from tests.servers.postgres import PostgresServer

DELIVERIES = 100_000  # and 10,000 incidents: of few rows all may be read, and should be
MIDDLE, INCIDENT = 50_000, 5_000
BIG = ("webhook_events", "incidents", "episodes", "analyses")
PAGE = Piece(size=50)
KEY = AnalysisKey(incident_id=INCIDENT, number=1)

_READ = "SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE relname = ANY(%s)"


@pytest.fixture(scope="module")
def grown(postgres_server: PostgresServer) -> Iterator[str]:
    address = postgres_server.database()
    fill(address, 0, DELIVERIES, raw=b'{"id": "1", "alert_title": "Errors are high"}')
    yield address
    postgres_server.give_back(address)


@pytest.fixture
async def one_connection(grown: str) -> AsyncIterator[Database]:
    """So that what was counted is of the connection that is asked to tell it."""
    database = Database.connect(grown, max_size=1)
    yield database
    await database.close()


async def relay_one(stores: Stores) -> None:
    event_id = await deliver(stores, cycle_key="fresh")
    await claim(stores)
    await stores.relay.mark_relayed([event_id])


async def store_twice(stores: Stores) -> None:
    for _ in range(2):
        await stores.inbox.store(a_delivery(key="filled-7", alert=an_alert()))


USES: dict[str, Callable[[Stores], Awaitable[object]]] = {
    "a delivery, and again": store_twice,
    "the relay": relay_one,
    "deliveries": lambda stores: stores.inbox.list_events(PAGE),
    "older deliveries": lambda stores: stores.inbox.list_events(Piece(size=50, before=MIDDLE)),
    "a delivery": lambda stores: stores.inbox.get_event(MIDDLE),
    "a receipt": lambda stores: stores.inbox.receipt(MIDDLE),
    "a monitor's deliveries": lambda stores: stores.history.monitor_events(7, limit=50),
    "deliveries that failed": lambda stores: stores.unread.failed_events(after=0, limit=50),
    "incidents": lambda stores: stores.incidents.list_incidents(PAGE),
    "open incidents": lambda stores: stores.incidents.list_incidents(PAGE, is_open=True),
    "incidents of failed analyses": lambda stores: stores.incidents.list_incidents(
        PAGE, analysis_failed=True
    ),
    "an incident": lambda stores: stores.incidents.get_incident(INCIDENT),
    "what its run looks at": lambda stores: stores.incidents.glance(INCIDENT),
    "its alerts": lambda stores: stores.incidents.alerts_of(INCIDENT),
    "its end": lambda stores: stores.incidents.end_incident(
        INCIDENT, IncidentState.RESOLVED, seen=10, ended_at=NOON
    ),
    "its analyses": lambda stores: stores.analyses.list_analyses(INCIDENT),
    "an analysis": lambda stores: stores.analyses.get_prepared(KEY),
    "what a rebuild of memory asks": lambda stores: stores.finished.list_finished(
        after=INCIDENT, limit=10
    ),
}
# Its length: of so few rows it is counted, and a table's rows are counted by reading them.
COUNTED = {"incidents": {"incidents"}}


@pytest.mark.parametrize("use", USES)
async def test_no_table_that_grows_is_read_from_end_to_end(
    one_connection: Database, grown: str, use: str
) -> None:
    before = await rows_read(one_connection, grown)

    await USES[use](real_stores(one_connection))

    after = await rows_read(one_connection, grown)
    read = {table: after[table] - before[table] for table in BIG}
    assert {t: n for t, n in read.items() if n and t not in COUNTED.get(use, set())} == {}


async def test_looking_at_how_rayne_does_reads_none_either(
    one_connection: Database, grown: str
) -> None:
    before = await rows_read(one_connection, grown)

    status = PostgresStatus(one_connection, Limits(analyses=10, dollars=Decimal(50)))
    assert (await status.read(clock.now())).deliveries_failed > 0

    assert await rows_read(one_connection, grown) == before


async def test_a_query_without_an_index_would_be_noticed(
    one_connection: Database, grown: str
) -> None:
    before = await rows_read(one_connection, grown)

    async with one_connection.connection() as connection:
        await connection.execute("SELECT FROM webhook_events WHERE event_id = '7'")

    after = await rows_read(one_connection, grown)
    assert after["webhook_events"] - before["webhook_events"] >= DELIVERIES


async def rows_read(database: Database, address: str) -> dict[str, int]:
    """By sequential scans, since ever."""
    async with database.connection() as connection:
        await connection.execute("SELECT pg_stat_force_next_flush()")
    with psycopg.connect(address) as other:
        return dict(other.execute(_READ, (list(BIG),)).fetchall())
