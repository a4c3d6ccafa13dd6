"""The relay's side of the inbox: claims deliveries and hands them over, incident by incident."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from psycopg.rows import DictRow

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import read
from adapters.postgres.grouping import Arrival, Place, place_all
from adapters.postgres.inbox import CHANNEL
from domain.alerts import Alert
from domain.errors import Broken
from domain.incidents import Dispatch, GroupingRules, IncidentAlert

LONGEST_TEXT = 200  # characters; a dispatch stays in the workflow's history

_TAKE = """
WITH due AS (
    SELECT id FROM webhook_events
    WHERE status = 'pending' AND (leased_until IS NULL OR leased_until <= now())
    ORDER BY id
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE webhook_events event SET leased_until = now() + %(lease)s
FROM due
WHERE event.id = due.id
RETURNING event.id, event.alert, event.incident_id, event.episode_key, event.traceparent,
    (SELECT key FROM incidents WHERE id = event.incident_id) AS incident_key
"""

# Out of its incident, too: that one waits for every delivery it counts.
_REJECT = """
UPDATE webhook_events SET
    status = 'failed', error_message = %s, leased_until = NULL, incident_id = NULL
WHERE id = %s
"""

_MARK_RELAYED = """
UPDATE webhook_events SET status = 'processed', processed_at = now(), leased_until = NULL
WHERE id = ANY(%s) AND status = 'pending'
"""

_RELEASE = """
UPDATE webhook_events SET leased_until = NULL
WHERE id = ANY(%s) AND status = 'pending'
"""


class PostgresRelay:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._doorbell = database.listen(CHANNEL)

    async def claim(self, *, limit: int, lease: timedelta, rules: GroupingRules) -> list[Dispatch]:
        while True:
            async with self._database.transaction("claim deliveries") as connection:
                rows = await _take(connection, limit, lease)
                arrivals = await _read_all(connection, rows)
                placed = await place_all(connection, arrivals, rules, lease)
            # A batch may hold nothing to hand over; an empty answer must mean an empty inbox.
            if placed or not rows:
                return _dispatches(placed)

    async def mark_relayed(self, event_ids: Sequence[int]) -> None:
        async with self._database.connection("mark deliveries relayed") as connection:
            await connection.execute(_MARK_RELAYED, (list(event_ids),))

    async def release(self, event_ids: Sequence[int]) -> None:
        async with self._database.connection("release deliveries") as connection:
            await connection.execute(_RELEASE, (list(event_ids),))

    async def wait_for_delivery(self, at_most: timedelta) -> None:
        await self._doorbell.wait(at_most)


async def _take(connection: Connection, limit: int, lease: timedelta) -> list[DictRow]:
    """Leases due rows that no other relay is taking at this moment, oldest first."""
    cursor = await connection.execute(_TAKE, {"limit": limit, "lease": lease})
    return await cursor.fetchall()


async def _read_all(connection: Connection, rows: Iterable[DictRow]) -> list[Arrival]:
    """One row that today's code cannot read must not hold up the others: it fails alone."""
    arrivals = []
    for row in rows:
        try:
            alert = read(Alert, row["alert"])
        except Broken as error:
            await connection.execute(_REJECT, (str(error), row["id"]))
            continue
        arrivals.append(Arrival(row["id"], alert, _earlier_place(row), row["traceparent"]))
    return arrivals


def _earlier_place(row: DictRow) -> Place | None:
    if row["incident_id"] is None:
        return None
    return Place(row["incident_id"], row["incident_key"], row["episode_key"])


def _dispatches(placed: Iterable[tuple[Arrival, Place]]) -> list[Dispatch]:
    """One per incident, in the order of their first alerts."""
    by_incident: dict[int, list[tuple[Arrival, Place]]] = {}
    for arrival, place in placed:
        by_incident.setdefault(place.incident_id, []).append((arrival, place))
    return [
        Dispatch(
            incident_id=incident_id,
            incident_key=together[0][1].incident_key,
            alerts=tuple(_incident_alert(arrival, place) for arrival, place in together),
            traceparents=tuple(arrival.traceparent for arrival, _ in together),
        )
        for incident_id, together in by_incident.items()
    ]


def _incident_alert(arrival: Arrival, place: Place) -> IncidentAlert:
    alert = arrival.alert
    return IncidentAlert(
        event_id=arrival.event_id,
        episode_key=place.episode_key,
        transition=alert.transition,
        status=alert.status,
        happened_at=alert.happened_at,
        title=(alert.monitor_name or alert.title)[:LONGEST_TEXT],
        monitor_id=alert.monitor_id,
        service=alert.label("service")[:LONGEST_TEXT],
        priority=alert.priority,
    )
