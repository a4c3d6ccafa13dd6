"""What retention removes from PostgreSQL, and what it must leave."""

from datetime import timedelta

import pytest

from adapters.postgres import audit
from adapters.postgres.database import Database
from adapters.postgres.retention import PostgresRetention
from domain.analysis import AnalysisKey
from domain.audit import Author, Change
from domain.case import Evidence
from domain.errors import Broken
from domain.evidence import Source, SourceResult, SourceStatus
from domain.incidents import IncidentState
from domain.people import Proof
from domain.retention import BATCH, Kind, RetentionRules, essence
from tests.factories import NOON, a_conclusion, a_delivery, a_frame, a_log_line, a_turn, an_alert
from tests.integration.postgres.stores import Stores, claim, listed_events

LATER = NOON + timedelta(days=400)


@pytest.fixture
def retention(database: Database) -> PostgresRetention:
    return PostgresRetention(database)


async def an_incident_of(stores: Stores, *deliveries: str) -> int:
    for name in deliveries:
        alert = an_alert(event_id=name)
        await stores.inbox.store(a_delivery(key=name, alert=alert, received_at=NOON))
    dispatches = await claim(stores)
    event_ids = [alert.event_id for dispatch in dispatches for alert in dispatch.alerts]
    await stores.relay.mark_relayed(event_ids)
    return dispatches[0].incident_id


async def is_over(stores: Stores, incident_id: int) -> None:
    await stores.incidents.end_incident(
        incident_id, IncidentState.RESOLVED, seen=99, ended_at=LATER
    )


async def remove(retention: PostgresRetention, kind: Kind) -> int:
    return (await retention.remove_batch(kind, before=LATER, after=0)).removed


async def test_an_incident_that_is_over_keeps_its_first_delivery(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    incident_id = await an_incident_of(postgres_stores, "1", "2", "3")
    await is_over(postgres_stores, incident_id)
    first = (await postgres_stores.incidents.get_incident(incident_id)).event_ids[0]

    removed = await remove(retention, Kind.DELIVERIES)

    events, _ = await listed_events(postgres_stores)
    assert (removed, [event.id for event in events]) == (2, [first])


async def test_an_open_incident_keeps_all(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    await an_incident_of(postgres_stores, "1", "2")

    assert await remove(retention, Kind.DELIVERIES) == 0


async def test_what_waits_for_its_incident_stays_and_what_failed_goes(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    await postgres_stores.inbox.store(a_delivery(key="waits"))
    await postgres_stores.inbox.store(a_delivery(key="bad", alert=None, problem="not JSON"))

    assert await remove(retention, Kind.DELIVERIES) == 1
    assert len((await listed_events(postgres_stores))[0]) == 1


async def test_nothing_young_is_removed(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    await postgres_stores.inbox.store(a_delivery(alert=None, problem="not JSON"))

    batch = await retention.remove_batch(Kind.DELIVERIES, before=NOON, after=0)

    assert (batch.removed, batch.is_done) == (0, True)


async def test_more_than_a_batch_goes_batch_by_batch(
    database: Database, retention: PostgresRetention
) -> None:
    async with database.connection() as connection:
        await connection.execute(
            "INSERT INTO webhook_events (raw, received_at, delivery_key, key_expires, payload,"
            " status) SELECT '', %s, n::text, false, '{}', 'failed' FROM generate_series(1, %s) n",
            (NOON, BATCH + 10),
        )

    first = await retention.remove_batch(Kind.DELIVERIES, before=LATER, after=0)
    second = await retention.remove_batch(Kind.DELIVERIES, before=LATER, after=first.last_id)

    assert (first.removed, first.is_done) == (BATCH, False)
    assert (second.removed, second.is_done) == (10, True)


async def test_the_log_of_changes_loses_what_is_old_and_nothing_else(
    database: Database, retention: PostgresRetention
) -> None:
    author = Author(who="ann", how=Proof.LOCAL)
    async with database.connection() as connection:
        await audit.write(connection, Change(author=author, action="thing.changed"))

    assert (await retention.remove_batch(Kind.AUDIT, before=NOON, after=0)).removed == 0
    assert await remove(retention, Kind.AUDIT) == 1


async def test_nobody_else_removes_from_the_log(database: Database) -> None:
    author = Author(who="ann", how=Proof.LOCAL)
    async with database.connection() as connection:
        await audit.write(connection, Change(author=author, action="thing.changed"))

    with pytest.raises(Broken):
        async with database.connection() as connection:
            await connection.execute("DELETE FROM audit_log")


async def test_evidence_goes_and_what_was_concluded_and_paid_stays(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    stores = postgres_stores
    key = AnalysisKey(incident_id=await an_incident_of(stores, "1"), number=1)
    await finished(stores, key)
    await is_over(stores, key.incident_id)

    assert await retention.old_analyses(before=LATER, limit=10) == (key,)
    await retention.shorten(key, None)

    [record] = await stores.analyses.list_analyses(key.incident_id)
    assert record.conclusion == a_conclusion()
    assert [(turn.number, turn.model) for turn in record.turns] == [(1, a_turn().model)]
    evidence = await stores.analyses.get_evidence(key)
    assert (evidence.logs, [source.count for source in evidence.sources]) == ((), [1])
    assert await retention.old_analyses(before=LATER, limit=10) == ()


async def test_a_shortened_analysis_can_still_be_read_and_written_again(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    stores = postgres_stores
    key = AnalysisKey(incident_id=await an_incident_of(stores, "1"), number=1)
    await finished(stores, key)
    prepared = await stores.analyses.get_prepared(key)

    await retention.shorten(key, essence(prepared, a_conclusion()) if prepared else None)

    assert (await stores.transcripts.get_transcript(key)).turns[0].content == ()


async def test_a_dry_run_counts_and_removes_nothing(
    postgres_stores: Stores, retention: PostgresRetention
) -> None:
    await postgres_stores.inbox.store(a_delivery(alert=None, problem="not JSON"))
    plan = RetentionRules(rum=None).plan(LATER)

    expected = {one.kind: one for one in await retention.expected(plan)}

    assert expected[Kind.DELIVERIES].rows == 1
    assert expected[Kind.RUM].before is None
    assert len((await listed_events(postgres_stores))[0]) == 1


async def finished(stores: Stores, key: AnalysisKey) -> None:
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id))
    result = SourceResult(source=Source.LOGS, status=SourceStatus.FOUND, count=1)
    await stores.analyses.save_source(key, result, Evidence(logs=(a_log_line(),)))
    turn = a_turn(content=({"type": "text", "text": "thinking"},))
    await stores.transcripts.save_turn(key, turn, a_conclusion().authorship.dollars)
    await stores.analyses.finish_analysis(key, [], a_conclusion())
