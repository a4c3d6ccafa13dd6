"""Seeded visits: counters that agree, the same seed twice, and out again without a trace."""

from datetime import timedelta

import pytest

from domain.demo_ports import AddedVisits, SeedKind
from domain.demo_visits import SeededVisit, visits
from domain.errors import Conflict, NotFound
from domain.evidence import Window
from domain.paging import Piece
from domain.rum import Activity, Arrival, Caller, Departure, VisitorSession
from tests.factories import NOON
from tests.integration.postgres.stores import Stores

SEED = 7
EVER = Window(start=NOON - timedelta(days=30), end=NOON)
A_DAY = timedelta(days=1)


async def sow(stores: Stores, count: int = 100, seed: int = SEED) -> AddedVisits:
    at = await stores.demo.begin(seed, SeedKind.RUM, NOON)
    return await stores.demo.add_visits(seed, visits(seed, at, count))


async def test_the_same_seed_twice_adds_nothing(stores: Stores) -> None:
    first = await sow(stores)
    analytics = await stores.visit_history.analytics(EVER, bucket=A_DAY)

    second = await sow(stores)

    assert first.sessions == 100
    assert second == AddedVisits(sessions=0, events=0)
    assert await stores.visit_history.analytics(EVER, bucket=A_DAY) == analytics


async def test_a_larger_count_adds_what_is_missing(stores: Stores) -> None:
    await sow(stores, 30)

    assert (await sow(stores, 100)).sessions == 70
    assert len(await all_sessions(stores)) == 100


async def test_analytics_sessions_and_visitors_agree(stores: Stores) -> None:
    added = await sow(stores)

    analytics = await stores.visit_history.analytics(EVER, bucket=A_DAY)
    sessions = await all_sessions(stores)
    uuids = {session.visitor_uuid for session in sessions}
    visitors = [await stores.visit_history.visitor(uuid) for uuid in uuids]
    events = [
        event
        for session in sessions
        for event in await stores.visit_history.session_events(session.session_id, limit=100)
    ]

    assert analytics.total_sessions == len(sessions) == added.sessions
    assert len(events) == added.events
    assert sum(visitor.session_count for visitor in visitors) == len(sessions)
    views = sum(event.event_type == "view" for event in events)
    assert views == analytics.total_page_views == sum(s.page_views for s in sessions)
    assert views == sum(visitor.total_views for visitor in visitors)
    assert analytics.unique_visitors == len(visitors)
    assert analytics.new_visitors == await stores.visit_history.count_new_visitors(EVER)
    assert sum(analytics.by_device.values()) == sum(analytics.by_browser.values()) == len(sessions)
    assert sum(bucket.sessions for bucket in analytics.buckets) == len(sessions)


async def test_what_is_seeded_is_what_browsers_would_have_left(stores: Stores) -> None:
    """The same visits through the doors that browsers use; they bring no referrer later."""
    sown = visits(SEED, NOON, 20)
    for visit in sorted(sown, key=lambda visit: visit.started_at):
        await play(stores, visit)
    played = await comparable(stores)

    await seed_elsewhere(stores)

    twins = await comparable(stores)
    assert len(played) == 20
    assert {key: twins[key] for key in played} == played


async def seed_elsewhere(stores: Stores) -> None:
    """Under other ids, as these are taken, then told by the old ones."""
    at = await stores.demo.begin(SEED, SeedKind.RUM, NOON)
    await stores.demo.add_visits(
        SEED,
        [
            visit.model_copy(
                update={
                    "visitor_uuid": turned(visit.visitor_uuid),
                    "session_id": turned(visit.session_id),
                }
            )
            for visit in visits(SEED, at, 20)
        ],
    )


def turned(uuid: str) -> str:
    return uuid[:-12] + uuid[-12:][::-1]


async def comparable(stores: Stores) -> dict[object, object]:
    return {
        session.start_time: session.model_dump(
            exclude={"id", "visitor_uuid", "session_id", "referrer"}
        )
        for session in reversed(await all_sessions(stores))
    }


async def play(stores: Stores, visit: SeededVisit) -> None:
    caller = Caller(
        address="192.0.2.1", user_agent=visit.browser.user_agent, client=visit.browser.client
    )
    pair = {"visitor_uuid": visit.visitor_uuid, "session_id": visit.session_id}
    for at, event in visit.events:
        await stores.visits.record(Activity(at=at, caller=caller, events=(event,), **pair))
    last = visit.views[-1].page_url
    await stores.visits.depart(Departure(at=visit.ended_at, exit_page=last, **pair))


async def all_sessions(stores: Stores) -> list[VisitorSession]:
    return list(await stores.visit_history.sessions(Piece(size=1_000), now=NOON))


async def test_the_purge_leaves_what_is_real(stores: Stores) -> None:
    caller = Caller(address="192.0.2.1")
    real = await stores.visits.arrive(Arrival(at=NOON, caller=caller, entry_page="/"))
    await sow(stores)

    purged = await stores.demo.purge()

    assert purged.sessions == 100
    assert [s.session_id for s in await all_sessions(stores)] == [real.session_id]
    analytics = await stores.visit_history.analytics(EVER, bucket=A_DAY)
    assert (analytics.total_sessions, analytics.total_page_views) == (1, 0)


async def test_the_purge_leaves_no_visitor(stores: Stores) -> None:
    await sow(stores, 10)
    uuids = {visit.visitor_uuid for visit in visits(SEED, NOON, 10)}

    purged = await stores.demo.purge()

    assert purged.visitors == len(uuids)
    for uuid in uuids:
        with pytest.raises(NotFound):
            await stores.visit_history.visitor(uuid)


async def test_sowing_that_a_purge_overtook_is_refused(stores: Stores) -> None:
    at = await stores.demo.begin(SEED, SeedKind.RUM, NOON)
    await stores.demo.purge()

    with pytest.raises(Conflict, match="removed meanwhile"):
        await stores.demo.add_visits(SEED, visits(SEED, at, 10))
