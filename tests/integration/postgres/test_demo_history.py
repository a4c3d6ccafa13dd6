"""Seeded deliveries: the same seed twice, beside real ones, and out again without a trace."""

import asyncio
from datetime import timedelta

import pytest

from domain.analysis import AnalysisKey
from domain.demo_history import Seeds, seeds
from domain.demo_ports import SeedKind
from domain.errors import Conflict
from domain.incidents import IncidentState
from tests.factories import NOON, a_frame
from tests.integration.postgres.stores import (
    Stores,
    claim,
    deliver,
    listed_events,
    listed_incidents,
)

SEED = 7
LATER = NOON + timedelta(days=3)


async def sow(stores: Stores, count: int = 50, seed: int = SEED) -> tuple[Seeds, int]:
    at = await stores.demo.begin(seed, SeedKind.WEBHOOKS, NOON)
    sown = seeds(seed, at, count)
    created = await stores.demo.add_history(seed, sown)
    for delivery in sown.live:
        created += not (await stores.inbox.store(delivery)).duplicate
    return sown, created


async def test_a_seed_keeps_the_moment_at_which_it_was_first_sown(stores: Stores) -> None:
    await stores.demo.begin(SEED, SeedKind.WEBHOOKS, NOON)

    assert await stores.demo.begin(SEED, SeedKind.WEBHOOKS, LATER) == NOON
    assert await stores.demo.begin(SEED, SeedKind.RUM, LATER) == LATER
    assert [(s.seed, s.kind, s.at) for s in await stores.demo.seedings()] == [
        (SEED, SeedKind.WEBHOOKS, NOON),
        (SEED, SeedKind.RUM, LATER),
    ]


async def test_as_many_deliveries_are_stored_as_were_asked_for(stores: Stores) -> None:
    _, created = await sow(stores, 50)

    stats = await stores.history.event_stats(since=NOON)
    assert created == stats.total == 50
    assert stats.by_status == {"pending": 2, "processed": 48}


async def test_the_same_seed_twice_adds_nothing(stores: Stores) -> None:
    sown, _ = await sow(stores)
    first = await listed_events(stores)

    _, created = await sow(stores)

    assert created == 0
    assert await listed_events(stores) == first
    assert (await listed_incidents(stores))[1] == len(sown.past)


async def test_one_seed_sown_by_many_at_once_is_sown_once(stores: Stores) -> None:
    created = await asyncio.gather(*(sow(stores) for _ in range(4)))

    assert sum(new for _, new in created) == 50
    assert (await stores.history.event_stats(since=NOON)).total == 50


async def test_a_purge_amid_sowing_leaves_nothing(stores: Stores) -> None:
    at = await stores.demo.begin(SEED, SeedKind.WEBHOOKS, NOON)
    past = seeds(SEED, at, 50, live=0)

    await asyncio.gather(
        stores.demo.add_history(SEED, past), stores.demo.purge(), return_exceptions=True
    )

    assert (await stores.history.event_stats(since=NOON)).total == 0
    assert await stores.demo.seedings() == ()


async def test_another_seed_adds_its_own(stores: Stores) -> None:
    await sow(stores)

    assert (await sow(stores, seed=SEED + 1))[1] == 50


async def test_a_larger_count_ends_what_a_smaller_one_cut_short(stores: Stores) -> None:
    for count in range(3, 30, 5):
        await sow(stores, count)
    grown, _ = await sow(stores, 60)

    listed, total = await listed_incidents(stores)

    found = {i.key: (i.state, i.episodes, i.last_alert_at, i.ended_at) for i in listed}
    assert total == len(grown.past)
    assert found == {i.key: (i.state, i.episodes, i.last_alert_at, i.ended_at) for i in grown.past}
    assert (await stores.history.event_stats(since=NOON)).total == 60


async def test_the_past_is_what_the_relay_would_have_made_of_it(stores: Stores) -> None:
    """The same deliveries through inbox and relay, one incident after the other."""
    sown, _ = await sow(stores)
    seeded = await by_title_and_time(stores)
    await stores.demo.purge()

    for incident in sown.past:
        for delivery in incident.deliveries:
            await stores.inbox.store(delivery)
        [dispatch] = await claim(stores)
        await stores.relay.mark_relayed([alert.event_id for alert in dispatch.alerts])
        await stores.incidents.end_incident(
            dispatch.incident_id, incident.state, seen=1_000, ended_at=incident.ended_at
        )

    assert await by_title_and_time(stores) == seeded


async def by_title_and_time(stores: Stores) -> dict[object, object]:
    """Every incident that is over, without the numbers that depend on when it was stored."""
    listed, _ = await listed_incidents(stores)
    own = {"id", "key", "opened_at", "event_ids"}
    return {
        (i.title, i.first_alert_at): i.model_dump(exclude=own)
        for i in listed
        if i.state is not IncidentState.OPEN
    }


async def test_each_live_delivery_becomes_an_incident_of_its_own(stores: Stores) -> None:
    sown, _ = await sow(stores)

    dispatches = await claim(stores)

    assert len(dispatches) == len(sown.live) == 2
    opened = tuple(sorted(dispatch.incident_id for dispatch in dispatches))
    assert await stores.demo.open_incidents() == opened


async def test_lists_counts_and_incidents_agree(stores: Stores) -> None:
    await sow(stores)
    await claim(stores)

    events, total = await listed_events(stores)
    incidents, _ = await listed_incidents(stores)
    stats = await stores.history.event_stats(since=NOON - timedelta(hours=24))

    assert total == stats.total == len(events)
    assert sum(stats.by_alert_status.values()) == total
    assert stats.recent == sum(e.received_at > NOON - timedelta(hours=24) for e in events)
    in_incidents = [await stores.incidents.get_incident(incident.id) for incident in incidents]
    assert sorted(n for i in in_incidents for n in i.event_ids) == sorted(e.id for e in events)
    monitors = {event.alert.monitor_id for event in events if event.alert}
    pasts = [await stores.history.monitor_events(m, limit=100) for m in monitors if m]
    assert sum(len(past) for past in pasts) == total


async def test_the_purge_leaves_nothing(stores: Stores) -> None:
    sown, _ = await sow(stores)
    for dispatch in await claim(stores):
        await stores.analyses.open_analysis(a_frame(incident_id=dispatch.incident_id))

    purged = await stores.demo.purge()

    assert (purged.deliveries, purged.incidents) == (50, len(sown.past) + 2)
    assert (await stores.history.event_stats(since=NOON)).total == 0
    assert await listed_incidents(stores, page=1, per_page=10) == ((), 0)
    assert await stores.demo.seedings() == ()


async def test_the_purge_leaves_what_is_real(stores: Stores) -> None:
    real = await deliver(stores)
    [dispatch] = await claim(stores)
    key = AnalysisKey(incident_id=dispatch.incident_id, number=1)
    await stores.analyses.open_analysis(a_frame(incident_id=dispatch.incident_id))
    await stores.reports.save_report(key, {"kept": True})
    before = await stores.incidents.get_incident(dispatch.incident_id)
    await sow(stores)

    await stores.demo.purge()

    events, _ = await listed_events(stores)
    assert [event.id for event in events] == [real]
    assert await stores.incidents.get_incident(dispatch.incident_id) == before
    assert await stores.reports.latest_report(dispatch.incident_id) == {"kept": True}


async def test_an_incident_that_a_real_alert_joined_stays(stores: Stores) -> None:
    sown, _ = await sow(stores, 2)
    await claim(stores)
    seeded = sown.live[0].alert
    assert seeded
    real = await deliver(
        stores,
        **seeded.model_dump(exclude={"event_id", "happened_at", "transition", "status"}),
        happened_at=NOON + timedelta(minutes=1),
    )
    [dispatch] = await claim(stores)

    purged = await stores.demo.purge()

    assert purged.incidents == 1
    assert (await stores.incidents.get_incident(dispatch.incident_id)).event_ids == (real,)


async def test_what_was_there_before_is_not_taken_for_the_demos(stores: Stores) -> None:
    there = seeds(SEED, NOON, 50).past[0].deliveries[0]
    await stores.inbox.store(there)

    await sow(stores)
    await stores.demo.purge()

    events, _ = await listed_events(stores)
    assert [event.alert for event in events] == [there.alert]


async def test_a_purge_may_come_at_any_time_and_twice(stores: Stores) -> None:
    await stores.demo.purge()

    assert sum((await stores.demo.purge()).model_dump().values()) == 0


async def test_sowing_that_a_purge_overtook_is_refused(stores: Stores) -> None:
    at = await stores.demo.begin(SEED, SeedKind.WEBHOOKS, NOON)
    await stores.demo.purge()

    with pytest.raises(Conflict, match="removed meanwhile"):
        await stores.demo.add_history(SEED, seeds(SEED, at, 10))


async def test_a_live_delivery_that_a_purge_overtook_goes_with_the_next(stores: Stores) -> None:
    at = await stores.demo.begin(SEED, SeedKind.WEBHOOKS, NOON)
    sown = seeds(SEED, at, 10)
    await stores.demo.add_history(SEED, sown)
    await stores.demo.purge()
    await stores.inbox.store(sown.live[0])

    purged = await stores.demo.purge()

    assert purged.deliveries == 1
    assert (await stores.history.event_stats(since=NOON)).total == 0


async def test_the_same_seed_after_a_purge_is_sown_anew(stores: Stores) -> None:
    await sow(stores)
    await stores.demo.purge()

    assert (await sow(stores))[1] == 50
