"""How Rayne is doing, in one look. Each count stops at a bound, so that looking is cheap."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from adapters.postgres.admission import SILENCE
from adapters.postgres.database import Database
from domain.status import (
    FAILED_LATELY,
    MOST_COUNTED,
    MOST_FAILED,
    AnalysisQueue,
    Backlog,
    Spending,
    SystemStatus,
)

# A failed analysis stops counting once a later one of its incident has finished.
_LOOK = """
SELECT
    (SELECT jsonb_build_object(
        'waiting', count(*),
        'oldest_seconds', greatest(extract(epoch FROM %(now)s - min(received_at)), 0)
    ) FROM (
        SELECT received_at FROM webhook_events WHERE status = 'pending'
        ORDER BY id LIMIT %(most)s
    ) pending) AS deliveries,
    (SELECT count(*) FROM (
        SELECT FROM webhook_events WHERE status = 'failed' LIMIT %(most_failed)s
    ) failed) AS deliveries_failed,
    (SELECT count(*) FROM (
        SELECT FROM analyses WHERE state = 'failed' AND finished_at > %(now)s - %(lately)s
            AND NOT EXISTS (
                SELECT FROM analyses later WHERE later.incident_id = analyses.incident_id
                    AND later.number > analyses.number AND later.state = 'finished'
            )
        LIMIT %(most_failed)s
    ) failed) AS analyses_failed,
    (SELECT count(*) FROM (
        SELECT FROM incidents WHERE state = 'open' LIMIT %(most)s
    ) open) AS incidents_open,
    (SELECT coalesce(sum(dollars), 0) FROM model_turns WHERE saved_at >= %(today)s) AS spent
"""

_LINE = """
SELECT coalesce(nullif(priority, ''), 'none') AS priority,
    admitted_until > now() IS TRUE AS runs,
    count(*) AS analyses,
    greatest(extract(epoch FROM %(now)s - min(asked_at)), 0) AS oldest_seconds
FROM analysis_line JOIN incidents ON incidents.id = incident_id
WHERE admitted_until > now() OR seen_at > now() - %(silence)s
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Limits:
    analyses: int  # at once
    dollars: Decimal  # a day


class PostgresStatus:
    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits

    async def read(self, now: datetime) -> SystemStatus:
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        values = {
            "now": now,
            "today": today,
            "lately": FAILED_LATELY,
            "most": MOST_COUNTED,
            "most_failed": MOST_FAILED,
            "silence": SILENCE,
        }
        async with self._database.transaction() as connection:
            counted = await (await connection.execute(_LOOK, values)).fetchone()
            line = await (await connection.execute(_LINE, values)).fetchall()
        counts = dict(counted or {})
        spent = Decimal(counts.pop("spent"))
        return SystemStatus.model_validate(
            {
                **counts,
                "at": now,
                "analyses": self._queue(line),
                "spending": Spending(spent=spent, limit=self._limits.dollars),
            }
        )

    def _queue(self, line: list[dict[str, Any]]) -> AnalysisQueue:
        waiting = [row for row in line if not row["runs"]]
        return AnalysisQueue(
            limit=self._limits.analyses,
            running=sum(row["analyses"] for row in line if row["runs"]),
            waiting=Backlog(
                waiting=sum(row["analyses"] for row in waiting),
                oldest_seconds=max((float(row["oldest_seconds"]) for row in waiting), default=0),
            ),
            waiting_by_priority={row["priority"]: row["analyses"] for row in waiting},
        )
