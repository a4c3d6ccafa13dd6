"""What waits, failed and was spent, counted in PostgreSQL."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.postgres.database import Database
from adapters.postgres.status import Limits, PostgresStatus
from domain.analysis import AnalysisKey
from domain.status import Backlog, Spending
from tests.factories import NOON, a_conclusion, a_delivery, a_frame, a_turn
from tests.integration.postgres.stores import Stores, claim, deliver

HOUR = timedelta(hours=1)
LIMITS = Limits(analyses=1, dollars=Decimal(5))


@pytest.fixture
def status(database: Database) -> PostgresStatus:
    return PostgresStatus(database, LIMITS)


async def an_analysis(stores: Stores, service: str, priority: str = "") -> AnalysisKey:
    await deliver(stores, service=service, cycle_key=service, event_id=service, priority=priority)
    [dispatch] = await claim(stores)
    return AnalysisKey(incident_id=dispatch.incident_id, number=1)


async def test_of_an_empty_house_everything_is_zero(status: PostgresStatus) -> None:
    told = await status.read(NOON)

    assert told.deliveries == told.analyses.waiting == Backlog()
    assert (told.deliveries_failed, told.analyses_failed, told.incidents_open) == (0, 0, 0)
    assert told.spending == Spending(spent=Decimal(0), limit=Decimal(5))


async def test_what_no_relay_has_handed_over_waits_since_it_came(
    postgres_stores: Stores, status: PostgresStatus
) -> None:
    for minutes in (9, 2):
        moment = NOON - timedelta(minutes=minutes)
        await postgres_stores.inbox.store(a_delivery(key=f"{minutes}", received_at=moment))

    told = await status.read(NOON)

    assert told.deliveries == Backlog(waiting=2, oldest_seconds=540)


async def test_what_cannot_be_read_has_failed(
    postgres_stores: Stores, status: PostgresStatus
) -> None:
    await postgres_stores.inbox.store(a_delivery(alert=None, problem="not JSON"))

    assert (await status.read(NOON)).deliveries_failed == 1


async def test_beyond_the_limit_analyses_wait_by_priority(
    postgres_stores: Stores, status: PostgresStatus
) -> None:
    for service, priority in (("a", "P2"), ("b", "P1"), ("c", ""), ("d", "P1")):
        key = await an_analysis(postgres_stores, service, priority)
        await postgres_stores.line.ask(key, limit=1, lease=HOUR)

    analyses = (await status.read(NOON)).analyses

    assert (analyses.limit, analyses.running, analyses.waiting.waiting) == (1, 1, 3)
    assert analyses.waiting_by_priority == {"P1": 2, "none": 1}


async def test_a_failed_analysis_counts_until_a_later_one_is_finished(
    postgres_stores: Stores, database: Database
) -> None:
    analyses = postgres_stores.analyses
    first = await an_analysis(postgres_stores, "a")
    second = first.model_copy(update={"number": 2})
    status = PostgresStatus(database, LIMITS)
    await analyses.open_analysis(a_frame(incident_id=first.incident_id))
    await analyses.fail_analysis(first, "refused")
    failed = (await status.read(NOON)).analyses_failed

    await analyses.open_analysis(a_frame(incident_id=first.incident_id, number=2))
    await analyses.finish_analysis(second, [], a_conclusion())

    assert failed == 1
    assert (await status.read(NOON)).analyses_failed == 0


async def test_an_incident_is_open_until_it_ends(
    postgres_stores: Stores, status: PostgresStatus
) -> None:
    await an_analysis(postgres_stores, "a")

    assert (await status.read(NOON)).incidents_open == 1


async def test_only_what_was_spent_since_midnight_counts(
    postgres_stores: Stores, status: PostgresStatus
) -> None:
    key = await an_analysis(postgres_stores, "a")
    await postgres_stores.analyses.open_analysis(a_frame(incident_id=key.incident_id))
    await postgres_stores.transcripts.save_turn(key, a_turn(), Decimal("1.25"))

    assert (await status.read(NOON)).spending.spent == Decimal("1.25")
    assert (await status.read(NOON + timedelta(days=40_000))).spending.spent == 0
