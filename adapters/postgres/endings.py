"""Incidents that people close or merge: the change and its entry in the log, or neither."""

from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import storable
from domain.audit import Author, Change
from domain.errors import Conflict, InvalidInput, NotFound
from domain.incidents import IncidentState

# In the order of their ids, so that two merges never wait for each other in a circle.
_LOCK = """
SELECT id, state, closed_by, merged_into FROM incidents
WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""

_CLOSE = "UPDATE incidents SET closed_by = %(by)s, closed_why = %(why)s WHERE id = %(id)s"

_RECOVER = """
UPDATE episodes SET recovered_at = greatest(started_at, %(now)s)
WHERE incident_id = %(id)s AND recovered_at IS NULL
"""

_LEAVE = """
UPDATE incidents SET
    state = 'resolved', ended_at = %(now)s, merged_into = %(into)s, closed_by = %(by)s
WHERE id = %(id)s
"""

# Those that still alert, and what is muted for them.
_MOVE = """
WITH moved AS (
    UPDATE episodes SET incident_id = %(into)s
    WHERE incident_id = %(id)s AND recovered_at IS NULL
    RETURNING episode_key, started_at
), muted AS (
    UPDATE downtimes SET incident_id = %(into)s
    WHERE incident_id = %(id)s AND episode_key IN (SELECT episode_key FROM moved)
)
UPDATE incidents SET
    first_alert_at = least(incidents.first_alert_at, (SELECT min(started_at) FROM moved)),
    last_alert_at = greatest(incidents.last_alert_at, other.last_alert_at),
    priority = coalesce(least(nullif(incidents.priority, ''), nullif(other.priority, '')), '')
FROM incidents AS other
WHERE incidents.id = %(into)s AND other.id = %(id)s
"""


class PostgresEndings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def close_incident(
        self, incident_id: int, *, why: str, now: datetime, signed: Author
    ) -> bool:
        async with self._database.transaction() as connection:
            incident = (await _locked(connection, incident_id))[incident_id]
            if incident["state"] == IncidentState.RESOLVED or incident["closed_by"]:
                return False
            values = {"id": incident_id, "by": storable(signed.who), "why": storable(why)}
            await connection.execute(_CLOSE, values)
            await connection.execute(_RECOVER, {"id": incident_id, "now": now})
            await audit.write(connection, _change(signed, "closed", incident_id, why=why))
        return True

    async def merge_incident(
        self, incident_id: int, *, into: int, now: datetime, signed: Author
    ) -> None:
        if incident_id == into:
            raise InvalidInput("into: an incident cannot be merged into itself")
        async with self._database.transaction() as connection:
            found = await _locked(connection, incident_id, into)
            if found[incident_id]["merged_into"] == into:
                return
            _check(found[incident_id], found[into])
            values = {"id": incident_id, "into": into, "now": now, "by": storable(signed.who)}
            await connection.execute(_LEAVE, values)
            await connection.execute(_MOVE, values)
            await audit.write(connection, _change(signed, "merged", incident_id, into=into))


async def _locked(connection: Connection, *incident_ids: int) -> dict[int, DictRow]:
    cursor = await connection.execute(_LOCK, (list(incident_ids),))
    found = {row["id"]: row for row in await cursor.fetchall()}
    for incident_id in incident_ids:
        if incident_id not in found:
            raise NotFound(f"there is no incident {incident_id!r}")
    return found


def _check(incident: DictRow, target: DictRow) -> None:
    if incident["merged_into"]:
        raise Conflict(f"it was merged into incident {incident['merged_into']} already")
    if target["merged_into"]:
        raise Conflict(f"into: that one was merged into incident {target['merged_into']}")
    if target["state"] == IncidentState.RESOLVED:
        raise Conflict("into: that incident is over, and what alerts needs one that is not")


def _change(author: Author, what: str, incident_id: int, **after: int | str) -> Change:
    return Change(
        author=author,
        action=f"incident.{what}",
        subject=f"incident {incident_id}",
        after=dict(after),
    )
