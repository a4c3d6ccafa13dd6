"""How Rayne is doing, as an operator asks: what waits, since when, what failed, what was spent."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from pydantic import AwareDatetime, Field

from domain.values import Value


class Backlog(Value):
    """What waits in one line. `oldest_seconds` is 0 where nothing waits."""

    waiting: int = 0
    oldest_seconds: float = 0.0


class AnalysisQueue(Value):
    """Analyses that want to run. Beyond `limit` they wait: P1 first, then the oldest."""

    limit: int
    running: int = 0
    waiting: Backlog = Backlog()
    waiting_by_priority: dict[str, int] = Field(default_factory=dict)  # "P1".."P5", "none"


class Spending(Value):
    """Of the current day (UTC). Once `spent` reaches `limit`, the rules analyst writes."""

    spent: Decimal = Decimal(0)
    limit: Decimal

    @property
    def is_used_up(self) -> bool:
        return self.spent >= self.limit


class SystemStatus(Value):
    at: AwareDatetime
    deliveries: Backlog  # stored, and not yet handed to their incident
    deliveries_failed: int  # for good, until somebody retries them
    analyses: AnalysisQueue
    analyses_failed: int  # for good, until somebody asks for another
    incidents_open: int
    spending: Spending


class StatusReader(Protocol):
    async def read(self, now: datetime) -> SystemStatus:
        """One look, of bounded cost however much is stored. Raises Unavailable."""
        ...


FAILED_LATELY = timedelta(days=7)  # failures older than this are history, and not counted
