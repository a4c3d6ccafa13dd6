"""How Rayne is doing, as an operator asks: what waits, since when, what failed, what was spent."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from pydantic import AwareDatetime, Field

from domain.analysis import AnalystKind
from domain.values import Value

FAILED_LATELY = timedelta(days=7)  # analyses that failed before are history, and not counted
MOST_COUNTED = 100_000  # of anything: more are counted as so many
MOST_FAILED = 1_000  # of what a person must look at


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


class WhoWrites(Value):
    """The analyst of an analysis that began now, and why it is this one."""

    analyst: AnalystKind
    why: str


def who_writes(spending: Spending, *, has_claude: bool) -> WhoWrites:
    if not has_claude:
        return WhoWrites(analyst=AnalystKind.RULES, why="no key for Claude was given")
    if spending.spent >= spending.limit:
        why = f"the day's limit of {spending.limit} dollars is reached; Claude is back at 00:00 UTC"
        return WhoWrites(analyst=AnalystKind.RULES, why=why)
    return WhoWrites(analyst=AnalystKind.CLAUDE, why="there is a key, and money left for the day")
