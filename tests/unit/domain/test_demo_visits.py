"""A seed's visits are as many as asked for, always the same, and could have happened."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.user_agents import UserAgents
from domain.demo_visits import BROWSERS, PAGES, SITE, Browser, visits
from domain.rum import RESUME_WITHIN, RumEventType
from tests.factories import NOON

OLDEST = timedelta(days=21)

any_seed = st.integers(0, 2**53 - 1)
counts = st.integers(1, 150)
moments = st.integers(-(10**14), 10**14).map(lambda us: NOON + timedelta(microseconds=us))


@given(any_seed, moments, counts)
@settings(max_examples=10, deadline=None)
def test_there_are_as_many_as_asked_for_each_with_its_own_id(
    seed: int, at: datetime, count: int
) -> None:
    found = visits(seed, at, count)

    assert len({visit.session_id for visit in found}) == count
    assert found == visits(seed, at, count)
    assert all(UUID(visit.session_id).version == 4 for visit in found)


@given(any_seed, moments, counts, counts)
@settings(max_examples=10, deadline=None)
def test_a_larger_count_begins_with_a_smaller_one(
    seed: int, at: datetime, one: int, other: int
) -> None:
    small, large = sorted((one, other))

    assert visits(seed, at, large)[:small] == visits(seed, at, small)


@given(any_seed, moments, counts)
@settings(max_examples=10, deadline=None)
def test_every_visit_begins_with_a_view_and_is_over(seed: int, at: datetime, count: int) -> None:
    for visit in visits(seed, at, count):
        times = [event.at for event in visit.events]
        assert visit.events[0].event.event_type is RumEventType.VIEW
        assert times == sorted(times)
        assert at - OLDEST < visit.started_at == times[0]
        assert times[-1] <= visit.ended_at <= at
        assert 1 <= len(visit.events) <= 10
        assert timedelta(seconds=10) <= visit.ended_at - visit.started_at <= timedelta(minutes=5)


@given(any_seed, moments)
@settings(max_examples=10, deadline=None)
def test_no_two_visits_of_one_visitor_would_have_been_one(seed: int, at: datetime) -> None:
    own: dict[str, list[tuple[datetime, datetime]]] = {}
    for visit in visits(seed, at, 300):
        own.setdefault(visit.visitor_uuid, []).append((visit.started_at, visit.ended_at))

    for spans in own.values():
        for (_, ended), (began, _) in zip(sorted(spans), sorted(spans)[1:], strict=False):
            assert began - ended > RESUME_WITHIN


def test_every_page_has_its_own_title_whatever_is_drawn() -> None:
    """The first Rayne had fewer titles than paths, and fell over the last one."""
    titles = {f"{SITE}{path}": title for path, title in PAGES}

    seen = {
        (seeded.event.page_url, seeded.event.page_title)
        for visit in visits(1, NOON, 1000)
        for seeded in visit.events
    }

    assert seen == set(titles.items())


def test_some_come_back_and_use_the_browser_they_used_before() -> None:
    browsers: dict[str, set[Browser]] = {}
    found = visits(1, NOON, 100)
    for visit in found:
        browsers.setdefault(visit.visitor_uuid, set()).add(visit.browser)

    assert 40 < len(browsers) < 90
    assert {len(used) for used in browsers.values()} == {1}


def test_most_of_what_is_done_is_looking() -> None:
    events = [seeded.event.event_type for visit in visits(1, NOON, 500) for seeded in visit.events]

    assert set(events) == {RumEventType.VIEW, RumEventType.ACTION, RumEventType.ERROR}
    assert events.count(RumEventType.VIEW) > 0.8 * len(events)
    assert events.count(RumEventType.ACTION) > events.count(RumEventType.ERROR)


@pytest.mark.parametrize("browser", BROWSERS, ids=lambda b: f"{b.client.browser}-{b.client.os}")
async def test_a_browser_is_what_the_reader_makes_of_its_user_agent(browser: Browser) -> None:
    assert await UserAgents().read(browser.user_agent) == browser.client
