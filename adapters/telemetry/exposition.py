"""What a scrape gets: the process's own counts, and what the database says of all of Rayne."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from domain.errors import RayneError
from domain.status import StatusReader, SystemStatus

GOOD_FOR = timedelta(seconds=5)  # however often is scraped, the database is asked no more often
PATIENCE = timedelta(seconds=2)

# Of priorities, each is there even where nothing waits: a line that ends says less than a zero.
PRIORITIES = ("P1", "P2", "P3", "P4", "P5", "none")


class Scraped(NamedTuple):
    text: bytes
    media_type: str


class Exposition:
    def __init__(self, registry: CollectorRegistry, *, patience: timedelta = PATIENCE) -> None:
        self._registry = registry
        self._patience = patience
        self._status = _StatusGauges()
        registry.register(self._status)

    async def scrape(self, status: StatusReader, now: datetime) -> "Scraped":
        """Never fails: without the database its part is left out, and `rayne_database_up` is 0."""
        if self._status.is_older_than(now - GOOD_FOR):
            self._status.take(await self._read(status, now), now)
        return Scraped(generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4)

    async def _read(self, status: StatusReader, now: datetime) -> SystemStatus | None:
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                return await status.read(now)
        except (RayneError, TimeoutError):
            return None


class _StatusGauges(Collector):
    """The same in every process, so that their maximum is the truth and their sum is not."""

    def __init__(self) -> None:
        self._latest: SystemStatus | None = None
        self._read_at: datetime | None = None

    def is_older_than(self, moment: datetime) -> bool:
        return self._read_at is None or self._read_at < moment

    def take(self, status: SystemStatus | None, now: datetime) -> None:
        self._latest, self._read_at = status, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("database_up", "Whether the database answered.", float(bool(self._latest)))
        values = _values(self._latest) if self._latest else {}
        for name, says in _GAUGES.items():
            yield _gauge(name, says, values.get(name))
        waiting = GaugeMetricFamily(
            "rayne_analyses_waiting", "Analyses that wait for their turn.", labels=["priority"]
        )
        if self._latest:
            by_priority = self._latest.analyses.waiting_by_priority
            for priority in dict.fromkeys((*PRIORITIES, *by_priority)):
                waiting.add_metric([priority], by_priority.get(priority, 0))
        yield waiting


_GAUGES = {
    "inbox_deliveries": "Deliveries not yet handed to their incident.",
    "inbox_oldest_seconds": "Age of the oldest of them.",
    "deliveries_stuck": "Deliveries that failed for good, until somebody retries them.",
    "analyses_waiting_oldest_seconds": "How long the first in line has waited.",
    "analyses_running": "Analyses that have their turn.",
    "analyses_limit": "How many may have it at once.",
    "analyses_stuck": "Analyses that failed for good in the last week.",
    "incidents_open": "Incidents that are open.",
    "model_dollars_today": "Spent since midnight (UTC).",
    "model_dollars_daily_limit": "What may be spent in a day.",
}


def _values(status: SystemStatus) -> Mapping[str, float]:
    return {
        "inbox_deliveries": status.deliveries.waiting,
        "inbox_oldest_seconds": status.deliveries.oldest_seconds,
        "deliveries_stuck": status.deliveries_failed,
        "analyses_waiting_oldest_seconds": status.analyses.waiting.oldest_seconds,
        "analyses_running": status.analyses.running,
        "analyses_limit": status.analyses.limit,
        "analyses_stuck": status.analyses_failed,
        "incidents_open": status.incidents_open,
        "model_dollars_today": float(status.spending.spent),
        "model_dollars_daily_limit": float(status.spending.limit),
    }


def _gauge(name: str, says: str, value: float | None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"rayne_{name}", says, value=value)
