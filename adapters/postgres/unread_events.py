"""Deliveries that failed: handed out to be read again, taken back as pending."""

from psycopg.rows import DictRow

from adapters.postgres.database import Database
from adapters.postgres.inbox import CHANNEL, event_row
from domain.deliveries import Delivery, UnreadEvent
from domain.errors import Conflict

_FAILED = """
SELECT id, raw, content_type, received_at FROM webhook_events
WHERE status = 'failed' AND id > %s
ORDER BY id LIMIT %s
"""

# A key that lasts tells this delivery from every other; the hash of its body stays as it was.
_ACCEPT = """
UPDATE webhook_events SET
    payload = %(payload)s, alert = %(alert)s, event_id = %(event_id)s, org_id = %(org_id)s,
    monitor_id = %(monitor_id)s, monitor_name = %(monitor_name)s,
    alert_status = %(alert_status)s, transition = %(transition)s, happened_at = %(happened_at)s,
    status = %(status)s, error_message = %(error_message)s, leased_until = NULL,
    delivery_key =
        CASE WHEN %(key_expires)s THEN delivery_key ELSE %(delivery_key)s END,
    key_expires = key_expires AND %(key_expires)s,
    key_released = key_released AND %(key_expires)s
WHERE id = %(id)s AND status = 'failed'
RETURNING id
"""

_SAID_BEFORE = """
UPDATE webhook_events
SET error_message = 'read again: another delivery brought the same event'
WHERE id = %s AND status = 'failed'
"""

_WAKE = """
SELECT count(*) AS pending, pg_notify(%s, '') FROM webhook_events WHERE status = 'pending'
"""


class PostgresUnreadEvents:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def failed_events(self, *, after: int, limit: int) -> tuple[UnreadEvent, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_FAILED, (after, limit))
            return tuple([_unread(row) async for row in cursor])

    async def accept_reading(self, event_id: int, delivery: Delivery) -> bool:
        """The unique key decides, so two calls at once, or a redelivery meanwhile, change nothing.

        A reading without an alert is no reading.
        """
        if delivery.alert is None:
            return False
        try:
            async with self._database.connection() as connection:
                cursor = await connection.execute(_ACCEPT, {**event_row(delivery), "id": event_id})
                return await cursor.fetchone() is not None
        except Conflict:
            async with self._database.connection() as connection:
                await connection.execute(_SAID_BEFORE, (event_id,))
            return False

    async def wake_relay(self) -> int:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_WAKE, (CHANNEL,))
            row = await cursor.fetchone()
        return row["pending"] if row else 0


def _unread(row: DictRow) -> UnreadEvent:
    return UnreadEvent(
        id=row["id"],
        raw=row["raw"],
        content_type=row["content_type"],
        received_at=row["received_at"],
    )
