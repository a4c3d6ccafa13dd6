"""What became of the deliveries: counts, one monitor's past, and where each was forwarded."""

from collections.abc import Sequence
from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres.database import Database
from adapters.postgres.inbox import EVENT_COLUMNS, read_event
from domain.deliveries import EventStats, EventStatus, StoredEvent
from domain.errors import NotFound

# One statement, so that the parts add up whatever arrives meanwhile.
_STATS = """
SELECT status, alert_status, count(*) AS events,
    count(*) FILTER (WHERE received_at > %s) AS recent
FROM webhook_events
GROUP BY status, alert_status
ORDER BY status, alert_status
"""

# By its index alone: else a monitor that has long been quiet costs a walk through all others'.
_LATEST = "SELECT id FROM webhook_events WHERE monitor_id = %s ORDER BY id DESC LIMIT %s"
_OF_MONITOR = EVENT_COLUMNS + "WHERE id IN (" + _LATEST + ") ORDER BY id DESC"

_MARK_FORWARDED = """
UPDATE webhook_events SET forwarded_to =
    CASE WHEN %(url)s = ANY(forwarded_to) THEN forwarded_to
    ELSE array_append(forwarded_to, %(url)s) END
WHERE id = %(event_id)s
RETURNING id
"""

_MARK_ARRIVED = """
UPDATE webhook_events SET status = 'processed', processed_at = now(), leased_until = NULL
WHERE id = ANY(%s) AND status = 'pending'
"""


class PostgresEventHistory:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def event_stats(self, *, since: datetime) -> EventStats:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_STATS, (since,))
            return _sum_up(await cursor.fetchall())

    async def monitor_events(self, monitor_id: int, *, limit: int) -> tuple[StoredEvent, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_OF_MONITOR, (monitor_id, limit), prepare=False)
            return tuple([read_event(row) async for row in cursor])

    async def mark_forwarded(self, event_id: int, url: str) -> None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_MARK_FORWARDED, {"event_id": event_id, "url": url})
            if await cursor.fetchone() is None:
                raise NotFound(f"there is no webhook event {event_id!r}")

    async def mark_arrived(self, event_ids: Sequence[int]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_MARK_ARRIVED, (list(event_ids),))


def _sum_up(rows: list[DictRow]) -> EventStats:
    by_status: dict[EventStatus, int] = {}
    by_alert_status: dict[str, int] = {}
    for row in rows:
        status, alert_status = EventStatus(row["status"]), row["alert_status"]
        by_status[status] = by_status.get(status, 0) + row["events"]
        by_alert_status[alert_status] = by_alert_status.get(alert_status, 0) + row["events"]
    return EventStats(
        total=sum(row["events"] for row in rows),
        by_status=by_status,
        by_alert_status=by_alert_status,
        recent=sum(row["recent"] for row in rows),
    )
