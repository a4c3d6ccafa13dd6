"""A visit is counted once, to whom it belongs, and lasts until its last activity."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from adapters.postgres.database import Database
from domain.errors import Forbidden, NotFound
from domain.paging import Piece
from domain.rum import RESUME_WITHIN, RumEventType, TrackedEvent
from tests.factories import NOON
from tests.integration.postgres.stores import Stores
from tests.visits import (
    ANN,
    BOB,
    SESSION,
    a_caller,
    a_departure,
    a_view,
    an_activity,
    an_arrival,
)

SOON = NOON + timedelta(minutes=10)
TOO_LATE = RESUME_WITHIN + timedelta(seconds=1)


async def test_a_first_visit_makes_a_visitor_and_a_session(stores: Stores) -> None:
    arrived = await stores.visits.arrive(an_arrival(visitor_uuid=None, referrer="https://a.test"))

    visitor = await stores.visit_history.visitor(arrived.visitor_uuid)
    session = await stores.visit_history.session(arrived.session_id, now=NOON)
    assert arrived.is_new
    assert (visitor.session_count, visitor.total_views, visitor.first_seen) == (1, 0, NOON)
    assert session.visitor_uuid == arrived.visitor_uuid
    assert (session.referrer, session.entry_page) == ("https://a.test", "https://shop.test/")
    assert (session.device_type, session.browser, session.os) == ("desktop", "Firefox", "Linux")
    assert (session.page_views, session.duration_ms, session.end_time) == (0, 0, None)


async def test_a_visitor_whom_a_browser_made_up_is_adopted(stores: Stores) -> None:
    arrived = await stores.visits.arrive(an_arrival(visitor_uuid=ANN))

    assert (arrived.visitor_uuid, arrived.is_new) == (ANN, True)


async def test_a_reload_resumes_the_session(stores: Stores) -> None:
    first = await stores.visits.arrive(an_arrival())

    again = await stores.visits.arrive(an_arrival(at=NOON + RESUME_WITHIN, entry_page="/other"))

    visitor = await stores.visit_history.visitor(ANN)
    session = await stores.visit_history.session(first.session_id, now=NOON + RESUME_WITHIN)
    assert (again.session_id, again.is_new) == (first.session_id, False)
    assert (visitor.session_count, visitor.last_seen) == (1, NOON + RESUME_WITHIN)
    assert session.entry_page == "https://shop.test/"
    assert session.duration_ms == RESUME_WITHIN / timedelta(milliseconds=1)


async def test_after_half_an_hour_of_silence_a_session_begins(stores: Stores) -> None:
    first = await stores.visits.arrive(an_arrival())

    again = await stores.visits.arrive(an_arrival(at=NOON + TOO_LATE))

    assert again.session_id != first.session_id
    assert not again.is_new
    assert (await stores.visit_history.visitor(ANN)).session_count == 2


async def test_activity_keeps_a_session_from_growing_old(stores: Stores) -> None:
    first = await stores.visits.arrive(an_arrival())
    await stores.visits.record(an_activity(session_id=first.session_id, at=NOON + RESUME_WITHIN))

    again = await stores.visits.arrive(an_arrival(at=NOON + TOO_LATE))

    assert again.session_id == first.session_id


async def test_views_count_for_the_session_and_the_visitor(stores: Stores) -> None:
    first = await stores.visits.arrive(an_arrival())
    click = TrackedEvent(event_type=RumEventType.ACTION, action_name="buy")

    await stores.visits.record(
        an_activity(a_view(), click, a_view("/b"), session_id=first.session_id, at=SOON)
    )

    visitor = await stores.visit_history.visitor(ANN)
    session = await stores.visit_history.session(first.session_id, now=SOON)
    assert (visitor.total_views, session.page_views) == (2, 2)
    assert (visitor.last_seen, session.duration_ms) == (SOON, 600_000)


async def test_events_read_back_in_the_order_they_were_told(stores: Stores) -> None:
    told = (
        a_view(page_title="Start"),
        TrackedEvent(
            event_type=RumEventType.ACTION,
            action_name="buy",
            action_type="click",
            metadata={"deep": [1, {"x": None}], "ü": "é"},
        ),
        TrackedEvent(event_type=RumEventType.ERROR, error_message="boom"),
        TrackedEvent(event_type=RumEventType.RESOURCE, duration_ms=2**53),
        TrackedEvent(event_type=RumEventType.LONG_TASK, duration_ms=0),
    )

    await stores.visits.record(an_activity(*told))

    found = await stores.visit_history.session_events(SESSION, limit=10)
    ours = {"id", "visitor_uuid", "session_id", "timestamp"}
    assert [TrackedEvent(**event.model_dump(exclude=ours)) for event in found] == list(told)
    assert {(event.visitor_uuid, event.session_id, event.timestamp) for event in found} == {
        (ANN, SESSION, NOON)
    }
    assert await stores.visit_history.session_events(SESSION, limit=2) == found[:2]


async def test_characters_that_postgresql_refuses_are_replaced(postgres_stores: Stores) -> None:
    await postgres_stores.visits.record(
        an_activity(a_view("/a\x00b"), caller=a_caller(user_agent="x\x00"))
    )

    (event,) = await postgres_stores.visit_history.session_events(SESSION, limit=10)
    assert event.page_url == "/a\ufffdb"


async def test_activity_of_a_pair_nobody_knows_begins_a_visit(stores: Stores) -> None:
    session_id = await stores.visits.record(an_activity(a_view("/landing")))

    session = await stores.visit_history.session(SESSION, now=NOON)
    visitor = await stores.visit_history.visitor(ANN)
    assert session_id == SESSION
    assert (session.entry_page, session.page_views, session.browser) == ("/landing", 1, "Firefox")
    assert (visitor.session_count, visitor.total_views) == (1, 1)


async def test_made_up_sessions_join_the_one_that_runs(stores: Stores) -> None:
    arrived = await stores.visits.arrive(an_arrival())

    told = await stores.visits.record(an_activity(session_id=SESSION))

    assert told == arrived.session_id
    assert (await stores.visit_history.visitor(ANN)).session_count == 1


async def test_a_session_left_for_long_is_followed_by_another(stores: Stores) -> None:
    await stores.visits.record(an_activity())

    followed = await stores.visits.record(an_activity(at=NOON + TOO_LATE))
    same = await stores.visits.record(an_activity(at=NOON + TOO_LATE))

    assert followed == same != SESSION
    assert (await stores.visit_history.visitor(ANN)).session_count == 2
    assert (await stores.visit_history.session(SESSION, now=NOON)).page_views == 1


async def test_a_session_of_another_visitor_is_refused_and_nothing_is_stored(
    stores: Stores,
) -> None:
    await stores.visits.record(an_activity(visitor_uuid=ANN))

    with pytest.raises(Forbidden):
        await stores.visits.record(an_activity(visitor_uuid=BOB))

    with pytest.raises(NotFound):
        await stores.visit_history.visitor(BOB)
    assert len(await stores.visit_history.session_events(SESSION, limit=10)) == 1


async def test_nobody_ends_the_session_of_another_visitor(stores: Stores) -> None:
    await stores.visits.record(an_activity(visitor_uuid=ANN))

    with pytest.raises(Forbidden):
        await stores.visits.depart(a_departure(visitor_uuid=BOB))

    assert (await stores.visit_history.session(SESSION, now=NOON)).end_time is None


async def test_a_session_ends_once_however_often_it_is_said(stores: Stores) -> None:
    await stores.visits.record(an_activity())
    await stores.visits.depart(a_departure(at=SOON, exit_page="/bye", visitor_uuid=ANN))
    ended = await stores.visit_history.session(SESSION, now=SOON)

    await stores.visits.depart(a_departure(at=SOON + timedelta(minutes=5), exit_page="/again"))

    later = await stores.visit_history.session(SESSION, now=SOON)
    assert later == ended
    assert (ended.end_time, ended.duration_ms, ended.exit_page) == (SOON, 600_000, "/bye")
    assert (await stores.visit_history.visitor(ANN)).last_seen == SOON


async def test_who_comes_back_goes_on_with_the_ended_session(stores: Stores) -> None:
    await stores.visits.record(an_activity())
    await stores.visits.depart(a_departure(at=NOON))

    await stores.visits.record(an_activity(at=SOON))

    session = await stores.visit_history.session(SESSION, now=SOON)
    assert (session.end_time, session.duration_ms, session.page_views) == (None, 600_000, 2)


async def test_who_fell_silent_left_with_the_last_activity(stores: Stores) -> None:
    await stores.visits.record(an_activity())
    much_later = NOON + timedelta(days=1)

    unsaid = await stores.visit_history.session(SESSION, now=much_later)
    await stores.visits.depart(a_departure(at=much_later))
    said = await stores.visit_history.session(SESSION, now=much_later)

    assert (unsaid.end_time, unsaid.duration_ms) == (NOON, 0)
    assert (said.end_time, said.duration_ms) == (NOON, 0)


async def test_the_end_of_an_unknown_session_is_no_error(stores: Stores) -> None:
    await stores.visits.depart(a_departure(exit_page="/bye"))

    with pytest.raises(NotFound):
        await stores.visit_history.session(SESSION, now=NOON)


async def test_sessions_are_listed_newest_first_by_pages(stores: Stores) -> None:
    begun = [
        await stores.visits.arrive(an_arrival(visitor_uuid=None, at=NOON + timedelta(minutes=n)))
        for n in range(4)
    ]

    listed = await stores.visit_history.sessions(Piece(size=2, skip=1), now=NOON)

    assert [one.session_id for one in listed] == [begun[2].session_id, begun[1].session_id]
    after = await stores.visit_history.sessions(Piece(size=2, before=listed[-1].id), now=NOON)
    assert [one.session_id for one in after] == [begun[0].session_id]
    assert await stores.visit_history.sessions(Piece(size=2, before=404), now=NOON) == ()


async def test_twenty_tabs_at_once_share_one_session(postgres_stores: Stores) -> None:
    arrivals = (postgres_stores.visits.arrive(an_arrival()) for _ in range(20))

    arrived = await asyncio.gather(*arrivals)

    assert len({one.session_id for one in arrived}) == 1
    assert sum(one.is_new for one in arrived) == 1
    assert (await postgres_stores.visit_history.visitor(ANN)).session_count == 1


async def test_counters_are_exact_under_concurrent_writes(postgres_stores: Stores) -> None:
    told = (postgres_stores.visits.record(an_activity(a_view(), a_view())) for _ in range(50))

    await asyncio.gather(*told)

    session = await postgres_stores.visit_history.session(SESSION, now=NOON)
    assert session.page_views == 100
    assert (await postgres_stores.visit_history.visitor(ANN)).total_views == 100


async def test_two_visitors_racing_for_one_session_id_leave_it_to_one(
    postgres_stores: Stores,
) -> None:
    uuids = [f"a0000000-0000-4000-8000-{number:012}" for number in range(10)]
    told = (postgres_stores.visits.record(an_activity(visitor_uuid=uuid)) for uuid in uuids)

    answers = await asyncio.gather(*told, return_exceptions=True)

    assert answers.count(SESSION) == 1
    assert sum(isinstance(answer, Forbidden) for answer in answers) == 9


async def test_an_address_hashes_alike_all_day_and_otherwise_the_day_after(
    stores: Stores,
) -> None:
    async def hash_at(at: timedelta, address: str, uuid: str) -> str | None:
        arrival = an_arrival(at=NOON + at, visitor_uuid=uuid, caller=a_caller(address=address))
        await stores.visits.arrive(arrival)
        return (await stores.visit_history.visitor(uuid)).ip_hash

    morning = await hash_at(timedelta(), "203.0.113.7", ANN)
    evening = await hash_at(timedelta(hours=9), "203.0.113.7", BOB)
    neighbour = await hash_at(timedelta(hours=9), "203.0.113.8", BOB)
    tomorrow = await hash_at(timedelta(days=1), "203.0.113.7", ANN)

    assert morning == evening
    assert len({morning, neighbour, tomorrow}) == 3


async def test_yesterdays_salt_is_gone(database: Database, postgres_stores: Stores) -> None:
    await postgres_stores.visits.arrive(an_arrival())
    await postgres_stores.visits.arrive(an_arrival(at=NOON + timedelta(days=1)))

    async with database.connection() as connection:
        cursor = await connection.execute("SELECT day, length(salt) AS bytes FROM rum_salts")
        salts = await cursor.fetchall()

    assert [(row["day"], row["bytes"]) for row in salts] == [
        ((NOON + timedelta(days=1)).date(), 32)
    ]


async def test_no_table_holds_an_address(postgres_address: str, postgres_stores: Stores) -> None:
    await postgres_stores.visits.arrive(an_arrival(caller=a_caller(address="203.0.113.99")))

    with psycopg.connect(postgres_address, connect_timeout=10) as connection:
        rows = connection.execute("SELECT * FROM rum_visitors, rum_sessions").fetchall()

    assert rows
    assert "203.0.113.99" not in str(rows)
