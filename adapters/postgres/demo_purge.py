"""Takes demo data out again: what is marked and hangs on it, and nothing else."""

from adapters.postgres.database import Connection
from domain.demo_ports import Purged

_FORGET_SEEDS = "DELETE FROM demo_seeds"

# Deliveries before incidents, as the relay locks them, so that neither waits in a circle.
_REMOVE_DELIVERIES = """
DELETE FROM webhook_events USING demo_deliveries
WHERE webhook_events.delivery_key = demo_deliveries.delivery_key
    AND NOT webhook_events.key_released
RETURNING webhook_events.incident_id, webhook_events.delivery_key
"""

# A live delivery may be on its way to the inbox: its mark waits for it, and for the next purge.
_REMOVE_MARKS = "DELETE FROM demo_deliveries WHERE delivery_key = ANY(%s)"

_LOCK_INCIDENTS = "SELECT id FROM incidents WHERE id = ANY(%s) ORDER BY id FOR UPDATE"

_EMPTY_INCIDENTS = """
SELECT touched FROM unnest(%s::bigint[]) AS touched
WHERE NOT EXISTS (SELECT FROM webhook_events WHERE incident_id = touched)
"""

# Those that refer to others come first.
_OF_INCIDENTS = (
    "DELETE FROM reports WHERE incident_id = ANY(%s)",
    "DELETE FROM tool_calls WHERE incident_id = ANY(%s)",
    "DELETE FROM model_turns WHERE incident_id = ANY(%s)",
    "DELETE FROM evidence WHERE incident_id = ANY(%s)",
    "DELETE FROM analysis_line WHERE incident_id = ANY(%s)",
    "DELETE FROM analyses WHERE incident_id = ANY(%s)",
    "DELETE FROM downtimes WHERE incident_id = ANY(%s)",
    "DELETE FROM notices WHERE incident_id = ANY(%s)",
    "DELETE FROM feedback WHERE incident_id = ANY(%s)",
    "DELETE FROM episodes WHERE incident_id = ANY(%s)",
    "UPDATE incidents SET merged_into = NULL WHERE merged_into = ANY(%s)",
    "DELETE FROM incidents WHERE id = ANY(%s)",
)

_COUNT_SESSIONS = """
SELECT count(*) AS sessions FROM rum_sessions JOIN demo_visitors USING (visitor_uuid)
"""

_REMOVE_VISITORS = """
DELETE FROM rum_visitors USING demo_visitors
WHERE rum_visitors.uuid = demo_visitors.visitor_uuid
"""


async def purge(connection: Connection) -> Purged:
    await connection.execute(_FORGET_SEEDS)  # first: it waits for whoever is sowing
    deliveries, incidents = await _remove_deliveries(connection)
    sessions, visitors = await _remove_visitors(connection)
    await connection.execute("DELETE FROM demo_visitors")
    return Purged(deliveries=deliveries, incidents=incidents, visitors=visitors, sessions=sessions)


async def _remove_deliveries(connection: Connection) -> tuple[int, int]:
    """How many deliveries went, and how many incidents with them."""
    cursor = await connection.execute(_REMOVE_DELIVERIES)
    removed = await cursor.fetchall()
    await connection.execute(_REMOVE_MARKS, ([row["delivery_key"] for row in removed],))
    touched = sorted({row["incident_id"] for row in removed if row["incident_id"]})
    await connection.execute(_LOCK_INCIDENTS, (touched,))
    # A statement of its own: it sees whoever joined while we waited for the locks.
    cursor = await connection.execute(_EMPTY_INCIDENTS, (touched,))
    empty = [row["touched"] async for row in cursor]
    for statement in _OF_INCIDENTS:
        await connection.execute(statement, (empty,))
    return len(removed), len(empty)


async def _remove_visitors(connection: Connection) -> tuple[int, int]:
    """How many sessions went, and how many visitors. The database takes their events along."""
    cursor = await connection.execute(_COUNT_SESSIONS)
    counted = await cursor.fetchone()
    cursor = await connection.execute(_REMOVE_VISITORS)
    return counted["sessions"] if counted else 0, cursor.rowcount
