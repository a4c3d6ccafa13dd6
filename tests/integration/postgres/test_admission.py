"""The line of analyses, on both players; who asks at once, on PostgreSQL."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from domain.analysis import AnalysisKey
from domain.errors import NotFound
from tests.factories import a_conclusion, a_frame
from tests.integration.postgres.stores import Stores, claim, deliver

HOUR = timedelta(hours=1)


async def an_incident_of(stores: Stores, service: str, priority: str = "") -> AnalysisKey:
    await deliver(stores, service=service, cycle_key=service, event_id=service, priority=priority)
    [dispatch] = await claim(stores)
    return AnalysisKey(incident_id=dispatch.incident_id, number=1)


async def asks(
    stores: Stores, key: AnalysisKey, *, limit: int = 1, lease: timedelta = HOUR
) -> bool:
    return (await stores.line.ask(key, limit=limit, lease=lease)).may_run(limit)


async def test_beyond_the_limit_an_analysis_waits(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")

    assert await asks(stores, first)
    assert not await asks(stores, second)


async def test_asking_again_keeps_the_turn(stores: Stores) -> None:
    first = await an_incident_of(stores, "a")

    assert await asks(stores, first)
    assert await asks(stores, first)


async def test_the_most_urgent_goes_first_then_the_oldest(stores: Stores) -> None:
    running = await an_incident_of(stores, "running")
    urgencies = ("", "P3", "P1", "P3")
    late, third, first, fourth = [
        await an_incident_of(stores, f"s{i}", one) for i, one in enumerate(urgencies)
    ]
    await asks(stores, running)

    for key in (late, third, first, fourth):
        await stores.line.ask(key, limit=1, lease=HOUR)

    standings = [
        await stores.line.ask(key, limit=1, lease=HOUR) for key in (first, third, fourth, late)
    ]
    assert [standing.ahead for standing in standings] == [0, 1, 2, 3]
    assert {standing.waiting for standing in standings} == {3}


async def test_a_finished_analysis_gives_its_place_to_the_next(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await asks(stores, first)
    await stores.analyses.open_analysis(a_frame(incident_id=first.incident_id))

    await stores.analyses.finish_analysis(first, [], a_conclusion())

    assert await asks(stores, second)


async def test_a_failed_analysis_gives_its_place_back_though_it_was_never_opened(
    stores: Stores,
) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await asks(stores, first)

    await stores.analyses.fail_analysis(first, "terminated")

    assert await asks(stores, second)


async def test_a_place_whose_lease_is_over_is_free(stores: Stores) -> None:
    first, second = await an_incident_of(stores, "a"), await an_incident_of(stores, "b")
    await asks(stores, first, lease=timedelta(0))

    assert await asks(stores, second, limit=2)
    standing = await stores.line.ask(first, limit=2, lease=HOUR)
    assert standing.running == 1


async def test_an_incident_that_is_not_there_has_no_place(stores: Stores) -> None:
    with pytest.raises(NotFound, match="999"):
        await stores.line.ask(AnalysisKey(incident_id=999, number=1), limit=1, lease=HOUR)


async def test_who_asks_at_once_never_gets_the_last_place_twice(postgres_stores: Stores) -> None:
    keys = [await an_incident_of(postgres_stores, f"s{number}") for number in range(12)]

    for _ in range(3):
        answers = await asyncio.gather(*(asks(postgres_stores, key, limit=4) for key in keys))

    assert Counter(answers) == {True: 4, False: 8}
