"""The inbox: deliveries, stored before they are answered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import LiteralString

from psycopg.rows import DictRow

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import bigint, document, index_key, json_document, read, storable
from adapters.postgres.paging import length_of, rows_of
from domain.alerts import Alert
from domain.deliveries import Delivery, EventStatus, Receipt, StoredEvent
from domain.errors import Broken, NotFound, Unavailable
from domain.notebook import NotebookReference
from domain.paging import Listed, Piece

CHANNEL = "webhook_events"  # told whenever a delivery was stored
KEY_LIFE = timedelta(minutes=10)  # of a key that expires, from its first delivery
_ROUNDS = 5

# The usual delivery is new: one round trip stores it and wakes the relay.
_INSERT = """
WITH fresh AS (
    INSERT INTO webhook_events (
        raw, content_type, received_at, delivery_key, key_expires, payload, alert, event_id, org_id,
        monitor_id, monitor_name, alert_status, transition, happened_at, status, error_message,
        traceparent
    )
    VALUES (
        %(raw)s, %(content_type)s, %(received_at)s, %(delivery_key)s, %(key_expires)s, %(payload)s,
        %(alert)s, %(event_id)s, %(org_id)s, %(monitor_id)s, %(monitor_name)s, %(alert_status)s,
        %(transition)s, %(happened_at)s, %(status)s, %(error_message)s, %(traceparent)s
    )
    ON CONFLICT (delivery_key) WHERE NOT key_released DO NOTHING
    RETURNING id
)
SELECT id, pg_notify(%(channel)s, '') FROM fresh
"""

_FIND_FIRST = """
SELECT e.id, e.incident_id, i.notebook
FROM webhook_events e LEFT JOIN incidents i ON i.id = e.incident_id
WHERE e.delivery_key = %(delivery_key)s AND NOT e.key_released
    AND (NOT e.key_expires OR e.received_at > %(dead_line)s)
"""

_RELEASE_KEY = """
UPDATE webhook_events SET key_released = true
WHERE delivery_key = %(delivery_key)s AND NOT key_released
    AND key_expires AND received_at <= %(dead_line)s
"""

_RECEIPT = """
SELECT e.id, e.incident_id, i.notebook
FROM webhook_events e LEFT JOIN incidents i ON i.id = e.incident_id
WHERE e.id = %s
"""

EVENT_COLUMNS = """
SELECT id, payload, received_at, processed_at, status, error_message AS error, forwarded_to,
    incident_id, alert
FROM webhook_events
"""


# Written out: an index on the rare ones can only serve a condition that names them.
_OF_STATUS: Mapping[EventStatus, LiteralString] = {
    EventStatus.PENDING: "AND status = 'pending'",
    EventStatus.PROCESSED: "AND status = 'processed'",
    EventStatus.FAILED: "AND status = 'failed'",
}


class PostgresInbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def store(self, delivery: Delivery) -> Receipt:
        """Idempotent by the delivery's key, which the database keeps unique."""
        row = event_row(delivery)
        async with self._database.connection("store a delivery") as connection:
            for _ in range(_ROUNDS):
                if (event_id := await _insert(connection, row)) is not None:
                    return Receipt(event_id=event_id, duplicate=False)
                if (first := await _find_first(connection, row)) is not None:
                    return first
                # The key's ten minutes are over: whoever inserts next has it.
                await connection.execute(_RELEASE_KEY, row)
        raise Unavailable("too many deliveries of one key came at once")

    async def get_event(self, event_id: int) -> StoredEvent:
        async with self._database.connection() as connection:
            cursor = await connection.execute(EVENT_COLUMNS + "WHERE id = %s", (event_id,))
            return read_event(_found(await cursor.fetchone(), event_id))

    async def get_raw(self, event_id: int) -> tuple[bytes, str]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "SELECT raw, content_type FROM webhook_events WHERE id = %s", (event_id,)
            )
            row = _found(await cursor.fetchone(), event_id)
        return row["raw"], row["content_type"]

    async def list_events(
        self, piece: Piece, *, status: EventStatus | None = None
    ) -> Listed[StoredEvent]:
        condition = _OF_STATUS[status] if status else ""
        async with self._database.transaction() as connection:
            rows, following = await rows_of(connection, EVENT_COLUMNS, condition, piece)
            total, is_exact = await length_of(connection, "webhook_events", condition)
        return Listed(tuple(read_event(row) for row in rows), total, is_exact, following)

    async def receipt(self, event_id: int) -> Receipt:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_RECEIPT, (event_id,))
            return _receipt(_found(await cursor.fetchone(), event_id), duplicate=False)


def event_row(delivery: Delivery) -> dict[str, object]:
    alert = delivery.alert
    return {
        "raw": delivery.raw,
        "content_type": storable(delivery.content_type),
        "received_at": delivery.received_at,
        "delivery_key": index_key(delivery.key),
        "key_expires": delivery.key_expires,
        "dead_line": delivery.received_at - KEY_LIFE,
        "payload": json_document(delivery.payload),
        "alert": document(alert) if alert else None,
        "status": EventStatus.PENDING if alert else EventStatus.FAILED,
        "error_message": storable(delivery.problem),
        "traceparent": delivery.traceparent,
        "channel": CHANNEL,
        **_alert_columns(alert),
    }


def _alert_columns(alert: Alert | None) -> dict[str, object]:
    if alert is None:
        texts = ("event_id", "org_id", "monitor_name", "alert_status", "transition")
        return {"monitor_id": None, "happened_at": None} | dict.fromkeys(texts, "")
    return {
        "event_id": storable(alert.event_id),
        "org_id": storable(alert.org_id),
        "monitor_id": bigint(alert.monitor_id),
        "monitor_name": storable(alert.monitor_name),
        "alert_status": alert.status,
        "transition": alert.transition,
        "happened_at": alert.happened_at,
    }


async def _insert(connection: Connection, row: dict[str, object]) -> int | None:
    """The new row's id, or None when the key is taken."""
    cursor = await connection.execute(_INSERT, row)
    stored = await cursor.fetchone()
    return stored["id"] if stored else None


async def _find_first(connection: Connection, row: dict[str, object]) -> Receipt | None:
    cursor = await connection.execute(_FIND_FIRST, row)
    first = await cursor.fetchone()
    return _receipt(first, duplicate=True) if first else None


def read_event(row: DictRow) -> StoredEvent:
    """An alert that today's code cannot read is left out; it must not hide the page it is on."""
    try:
        return read(StoredEvent, row)
    except Broken:
        return read(StoredEvent, row | {"alert": None})


def _receipt(row: DictRow, *, duplicate: bool) -> Receipt:
    notebook = row["notebook"]
    return Receipt(
        event_id=row["id"],
        duplicate=duplicate,
        incident_id=row["incident_id"],
        notebook=read(NotebookReference, notebook) if notebook else None,
    )


def _found(row: DictRow | None, event_id: int) -> DictRow:
    if row is None:
        raise NotFound(f"there is no webhook event {event_id!r}")
    return row
