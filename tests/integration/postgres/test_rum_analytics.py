"""What PostgreSQL sums up is what counting by hand gives."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.database import Database
from domain.evidence import Window
from domain.rum import Activity, Arrival, Client, Departure, RumEventType
from tests.factories import NOON
from tests.fakes.rum import FakeVisits
from tests.integration.postgres.stores import Stores, real_stores
from tests.visits import a_caller, a_departure, a_view, an_activity, an_arrival

HOUR = timedelta(hours=1)

VISITORS = tuple(f"a0000000-0000-4000-8000-{number:012}" for number in range(4))
CLIENTS = (
    Client(device_type="mobile", browser="Safari", os="iOS"),
    Client(device_type="desktop", browser="Chrome", os="Windows"),
)
Deed = Arrival | Activity | Departure

minutes = st.integers(0, 5 * 60)
visitors = st.sampled_from(range(len(VISITORS)))
events = st.builds(
    lambda kind, page, title: a_view(f"/{page}", event_type=kind, page_title=title),
    st.sampled_from(RumEventType),
    st.sampled_from("abé"),
    st.sampled_from((None, "One", "Two")),
)


def session_of(visitor: int, number: int) -> str:
    return f"50000000-0000-4000-8000-{visitor * 100 + number:012}"


@st.composite
def deeds(draw: st.DrawFn) -> list[Deed]:
    """What a few visitors did over five hours, in the order it happened."""
    return [_deed(draw, minute) for minute in sorted(draw(st.lists(minutes, max_size=25)))]


def _deed(draw: st.DrawFn, minute: int) -> Deed:
    visitor = draw(visitors)
    at = NOON + timedelta(minutes=minute)
    caller = a_caller(client=CLIENTS[visitor % 2])
    session_id = session_of(visitor, draw(st.integers(0, 2)))
    kind = draw(st.sampled_from(("arrive", "record", "record", "depart")))
    if kind == "arrive":
        return an_arrival(at=at, visitor_uuid=VISITORS[visitor], caller=caller)
    if kind == "depart":
        return a_departure(at=at, session_id=session_id)
    return an_activity(
        *draw(st.lists(events, min_size=1, max_size=4)),
        at=at,
        caller=caller,
        visitor_uuid=VISITORS[visitor],
        session_id=session_id,
    )


async def do(stores: Stores | FakeVisits, what: list[Deed]) -> None:
    visits = stores if isinstance(stores, FakeVisits) else stores.visits
    for deed in what:
        if isinstance(deed, Arrival):
            await visits.arrive(deed)
        elif isinstance(deed, Activity):
            await visits.record(deed)
        else:
            await visits.depart(deed)


@pytest.mark.parametrize("width", [timedelta(minutes=5), HOUR, timedelta(days=7)])
async def test_an_empty_window_has_buckets_of_nothing(stores: Stores, width: timedelta) -> None:
    window = Window(start=NOON, end=NOON + HOUR)

    found = await stores.visit_history.analytics(window, bucket=width)

    assert (found.unique_visitors, found.total_sessions, found.total_page_views) == (0, 0, 0)
    assert (found.avg_session_duration_ms, found.top_pages, found.by_device) == (0, (), {})
    assert [bucket.start for bucket in found.buckets] == [
        NOON + number * width for number in range(HOUR // width + 1)
    ]


async def test_who_was_here_before_the_window_returns(stores: Stores) -> None:
    await do_in(stores, an_arrival(visitor_uuid=VISITORS[0], at=NOON))
    await do_in(stores, an_arrival(visitor_uuid=VISITORS[0], at=NOON + 3 * HOUR))
    await do_in(stores, an_arrival(visitor_uuid=VISITORS[1], at=NOON + 3 * HOUR))
    window = Window(start=NOON + 2 * HOUR, end=NOON + 4 * HOUR)

    found = await stores.visit_history.analytics(window, bucket=HOUR)

    assert (found.unique_visitors, found.new_visitors, found.returning_visitors) == (2, 1, 1)
    assert await stores.visit_history.count_new_visitors(window) == 1


async def test_only_sessions_that_lasted_count_for_the_average(stores: Stores) -> None:
    for visitor, lasted in ((0, 0), (1, 10), (2, 20)):
        arrived = await stores.visits.arrive(an_arrival(visitor_uuid=VISITORS[visitor]))
        await stores.visits.depart(
            a_departure(session_id=arrived.session_id, at=NOON + timedelta(minutes=lasted))
        )

    found = await stores.visit_history.analytics(Window(start=NOON, end=NOON), bucket=HOUR)

    assert found.avg_session_duration_ms == 15 * 60 * 1000


async def test_the_ten_most_viewed_pages_come_with_their_latest_title(stores: Stores) -> None:
    views = [a_view(f"/{n:02}", page_title="old") for n in range(12)]
    views += [a_view("/11", page_title="new"), a_view("/11"), a_view("/05", page_title="new")]
    await stores.visits.record(an_activity(*views))

    found = await stores.visit_history.analytics(Window(start=NOON, end=NOON), bucket=HOUR)

    told = [(page.page_url, page.page_title, page.views) for page in found.top_pages]
    assert told[:3] == [("/11", "new", 3), ("/05", "new", 2), ("/00", "old", 1)]
    assert len(told) == 10


# One database for all examples, emptied before each.
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happened=deeds(),
    start=minutes,
    length=minutes,
    width=st.sampled_from((timedelta(minutes=5), HOUR)),
)
async def test_sums_are_those_of_counting_by_hand(
    database: Database, happened: list[Deed], start: int, length: int, width: timedelta
) -> None:
    real, by_hand = real_stores(database), FakeVisits()
    begin = NOON + timedelta(minutes=start)
    window = Window(start=begin, end=begin + timedelta(minutes=length))
    await _forget(database)
    await do(real, happened)
    await do(by_hand, happened)

    found = await real.visit_history.analytics(window, bucket=width)

    counted = await by_hand.analytics(window, bucket=width)
    average = pytest.approx(counted.avg_session_duration_ms)
    assert found.model_dump(exclude={"avg_session_duration_ms"}) == counted.model_dump(
        exclude={"avg_session_duration_ms"}
    )
    assert found.avg_session_duration_ms == average
    assert sum(bucket.sessions for bucket in found.buckets) == found.total_sessions


async def do_in(stores: Stores, deed: Deed) -> None:
    await do(stores, [deed])


async def _forget(database: Database) -> None:
    async with database.connection() as connection:
        await connection.execute("TRUNCATE rum_visitors CASCADE")
