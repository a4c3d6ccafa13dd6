"""The inbox: deliveries, stored before they are answered."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import LiteralString

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import bigint, document, index_key, json_document, read, storable
from adapters.postgres.doorbell import Doorbell
from adapters.postgres.paging import length_of, rows_of
from adapters.postgres.together import Together
from domain.alerts import Alert
from domain.deliveries import Delivery, EventStatus, Receipt, StoredEvent
from domain.errors import Broken, NotFound, RayneError, Unavailable
from domain.notebook import NotebookReference
from domain.paging import Listed, Piece
from domain.webhook_payload import payload_of

CHANNEL = "webhook_events"  # told whenever a delivery was stored
KEY_LIFE = timedelta(minutes=10)  # of a key that expires, from its first delivery
_ROUNDS = 5
MOST_TOGETHER, BATCHES_ABREAST = 100, 1  # of deliveries; others wait for less than a commit
# Bytes. Such a body goes alone, for a hundred of them would fill the memory; for the same reason
# what it says is stored beside it, where it is read from smaller ones when somebody looks.
LARGE = 64 * 1024

Row = Mapping[str, object]

# The usual delivery is new: one round trip stores it.
_INSERT = """
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
SELECT id, payload, CASE WHEN payload IS NULL THEN raw END AS raw, content_type, received_at,
    processed_at, status, error_message AS error, forwarded_to, incident_id, alert
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
        self._doorbell = Doorbell(database, CHANNEL)
        self._together = Together(
            self._insert_together, most=MOST_TOGETHER, abreast=BATCHES_ABREAST
        )

    async def store(self, delivery: Delivery) -> Receipt:
        """Idempotent by the delivery's key, which the database keeps unique."""
        # Here and not around the commit: that one is of many, and runs as a part of another's.
        with self._database.watched("store a delivery"):
            return await self._store(delivery)

    async def _store(self, delivery: Delivery) -> Receipt:
        row = event_row(delivery)
        if (event_id := await self._insert(row, large=len(delivery.raw) > LARGE)) is not None:
            return self._stored(event_id)
        async with self._database.connection() as connection:
            for _ in range(_ROUNDS):
                if (first := await _find_first(connection, row)) is not None:
                    return first
                # The key's ten minutes are over: whoever inserts next has it.
                await connection.execute(_RELEASE_KEY, row)
                if (event_id := await _insert(connection, row)) is not None:
                    return self._stored(event_id)
        raise Unavailable("too many deliveries of one key came at once")

    def _stored(self, event_id: int) -> Receipt:
        self._doorbell.ring()
        return Receipt(event_id=event_id, duplicate=False)

    async def _insert(self, row: Row, *, large: bool) -> int | None:
        if not large:
            return await self._together.settle(row)
        async with self._database.connection() as connection:
            return await _insert(connection, row)

    async def _insert_together(self, rows: Sequence[Row]) -> Sequence[int | BaseException | None]:
        """One that cannot be stored takes no other with it."""
        try:
            async with self._database.connection() as connection:
                return await _insert_all(connection, rows)
        except Broken as error:
            if len(rows) == 1:
                return [error]
            return [await self._insert_alone(row) for row in rows]

    async def _insert_alone(self, row: Row) -> int | BaseException | None:
        try:
            async with self._database.connection() as connection:
                return await _insert(connection, row)
        except RayneError as error:
            return error

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
        "payload": _stored_payload(delivery),
        "alert": document(alert) if alert else None,
        "status": EventStatus.PENDING if alert else EventStatus.FAILED,
        "error_message": storable(delivery.problem),
        "traceparent": delivery.traceparent,
        **_alert_columns(alert),
    }


def _stored_payload(delivery: Delivery) -> Jsonb | None:
    if len(delivery.raw) <= LARGE:
        return None
    return json_document(payload_of(delivery.raw, delivery.content_type))


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


async def _insert(connection: Connection, row: Row) -> int | None:
    """The new row's id, or None when the key is taken."""
    cursor = await connection.execute(_INSERT, row)
    stored = await cursor.fetchone()
    return stored["id"] if stored else None


async def _insert_all(connection: Connection, rows: Sequence[Row]) -> list[int | None]:
    """In one transaction, and each as above."""
    if len(rows) == 1:
        return [await _insert(connection, rows[0])]
    # By their keys: two processes that store the same ones wait for each other in no circle.
    order = sorted(range(len(rows)), key=lambda place: str(rows[place]["delivery_key"]))
    found: list[int | None] = [None] * len(rows)
    async with connection.cursor() as cursor:
        await cursor.executemany(_INSERT, [rows[place] for place in order], returning=True)
        for place in order:
            stored = await cursor.fetchone()
            found[place] = stored["id"] if stored else None
            cursor.nextset()
    return found


async def _find_first(connection: Connection, row: Row) -> Receipt | None:
    cursor = await connection.execute(_FIND_FIRST, row)
    first = await cursor.fetchone()
    return _receipt(first, duplicate=True) if first else None


def read_event(row: DictRow) -> StoredEvent:
    """An alert that today's code cannot read is left out; it must not hide the page it is on."""
    raw, content_type = row.pop("raw"), row.pop("content_type")
    if raw is not None:
        row["payload"] = payload_of(raw, content_type)
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
