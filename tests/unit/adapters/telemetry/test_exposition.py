"""A scrape always answers, and asks the database no more than it must."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

from prometheus_client import CollectorRegistry

from adapters.telemetry.exposition import GOOD_FOR, Exposition
from domain.errors import Unavailable
from domain.status import AnalysisQueue, Backlog, Spending, SystemStatus
from tests.factories import NOON


class Asked:
    """Says what it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.times = 0
        self.fails_with: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def read(self, now: datetime) -> SystemStatus:
        self.times += 1
        await self.answers.wait()
        if self.fails_with:
            raise self.fails_with
        queue = AnalysisQueue(
            limit=4,
            running=4,
            waiting=Backlog(waiting=3, oldest_seconds=61.5),
            waiting_by_priority={"P1": 1, "none": 2},
        )
        return SystemStatus(
            at=now,
            deliveries=Backlog(waiting=5, oldest_seconds=2.5),
            deliveries_failed=1,
            analyses=queue,
            analyses_failed=2,
            incidents_open=6,
            spending=Spending(spent=Decimal("1.25"), limit=Decimal(50)),
        )


async def scrape(exposition: Exposition, asked: Asked, now: datetime = NOON) -> list[str]:
    scraped = await exposition.scrape(asked, now)
    return scraped.text.decode().splitlines()


async def test_a_queue_is_told_by_priority_with_its_age_and_its_limit() -> None:
    lines = await scrape(Exposition(CollectorRegistry()), Asked())

    assert 'rayne_analyses_waiting{priority="P1"} 1.0' in lines
    assert 'rayne_analyses_waiting{priority="P2"} 0.0' in lines
    assert 'rayne_analyses_waiting{priority="none"} 2.0' in lines
    assert "rayne_analyses_waiting_oldest_seconds 61.5" in lines
    assert "rayne_analyses_running 4.0" in lines
    assert "rayne_analyses_limit 4.0" in lines
    assert "rayne_inbox_oldest_seconds 2.5" in lines
    assert "rayne_model_dollars_today 1.25" in lines


async def test_without_the_database_the_rest_is_told() -> None:
    asked = Asked()
    asked.fails_with = Unavailable("PostgreSQL cannot be reached")

    lines = await scrape(Exposition(CollectorRegistry()), asked)

    assert "rayne_database_up 0.0" in lines
    assert not [line for line in lines if line.startswith("rayne_inbox_deliveries")]
    assert "# TYPE rayne_inbox_deliveries gauge" in lines


async def test_a_database_that_does_not_answer_holds_no_scrape_up() -> None:
    asked = Asked()
    asked.answers.clear()
    exposition = Exposition(CollectorRegistry(), patience=timedelta(milliseconds=50))

    async with asyncio.timeout(5):
        lines = await scrape(exposition, asked)

    assert "rayne_database_up 0.0" in lines


async def test_many_scrapes_at_once_are_one_question() -> None:
    asked, exposition = Asked(), Exposition(CollectorRegistry())

    for seconds in range(5):
        await scrape(exposition, asked, NOON + timedelta(seconds=seconds))
    assert asked.times == 1
    await scrape(exposition, asked, NOON + GOOD_FOR + timedelta(seconds=1))

    assert asked.times == 2
