"""Incidents as people and workflows see them."""

from datetime import datetime
from typing import LiteralString

from psycopg.rows import DictRow

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import document, read
from adapters.postgres.paging import length_of, rows_of
from domain.alerts import Alert, AlertStatus, Transition
from domain.errors import NotFound
from domain.incidents import MAX_ALERTS, Incident, IncidentSnapshot, IncidentState
from domain.notebook import NotebookReference
from domain.paging import Listed, Piece

_INCIDENTS = """
SELECT id, key, state, title, group_key, service, env, monitor_id, priority, opened_at,
    first_alert_at, last_alert_at, ended_at, notebook, closed_by, closed_why, merged_into,
    ARRAY(
        SELECT jsonb_build_object(
            'key', episode_key, 'monitor_id', monitor_id, 'title', title, 'scope', scope,
            'started_at', started_at, 'recovered_at', recovered_at
        )
        FROM episodes WHERE incident_id = incidents.id ORDER BY started_at, id
    ) AS episodes,
    ARRAY(
        SELECT id FROM webhook_events
        WHERE %(with_events)s AND incident_id = incidents.id ORDER BY id
    ) AS event_ids,
    ARRAY(
        SELECT jsonb_build_object(
            'key', downtimes.key, 'incident_id', incident_id, 'episode_key', episode_key,
            'occurrence', occurrence, 'config_id', config_id, 'config_name', config_name,
            'trigger', trigger, 'duration', duration_seconds, 'state', downtimes.state,
            'note', note, 'monitor_id', downtimes.monitor_id, 'scope', scope,
            'downtime_id', downtime_id, 'asked_at', asked_at, 'ends_at', ends_at,
            'over_at', over_at
        )
        FROM downtimes WHERE incident_id = incidents.id ORDER BY asked_at, downtimes.key
    ) AS downtimes,
    (SELECT count(*) FROM analyses WHERE incident_id = incidents.id) AS analyses,
    coalesce(
        (
            SELECT conclusion ->> 'outcome' FROM analyses
            WHERE incident_id = incidents.id AND state = 'finished'
            ORDER BY number DESC LIMIT 1
        ), ''
    ) AS outcome
FROM incidents
"""

# Only counts: a storm's incident has thousands of deliveries and is looked at for each of them.
_GLANCE = """
SELECT id, title, state, service, monitor_id, merged_into, joined.*, over.*, analysed.*,
    ARRAY(SELECT occasion FROM notices WHERE incident_id = incidents.id) AS told
FROM incidents,
    LATERAL (
        SELECT count(*) AS deliveries,
            coalesce(bool_or(is_news AND NOT is_no_data), false) AS has_news,
            coalesce(bool_or(is_news AND is_no_data), false) AS has_no_data
        FROM (
            SELECT transition <> ALL(%(old)s) AS is_news, alert_status = %(no_data)s AS is_no_data
            FROM webhook_events WHERE incident_id = incidents.id
        ) AS deliveries
    ) AS joined,
    LATERAL (
        SELECT CASE WHEN bool_and(recovered_at IS NOT NULL) THEN max(recovered_at) END
            AS recovered_at
        FROM episodes WHERE incident_id = incidents.id
    ) AS over,
    LATERAL (
        SELECT count(*) AS analyses,
            coalesce(
                (array_agg(conclusion ->> 'outcome' ORDER BY number DESC)
                    FILTER (WHERE analyses.state = 'finished'))[1], ''
            ) AS outcome
        FROM analyses WHERE incident_id = incidents.id
    ) AS analysed
WHERE id = %(id)s
"""

_OLD = [transition.value for transition in Transition if not transition.is_news]

_ALERTS = """
SELECT alert FROM webhook_events WHERE incident_id = %s ORDER BY happened_at, id LIMIT %s
"""

# Joining updates the row too, so it waits for this lock or this waits for it.
_LOCK = "SELECT state FROM incidents WHERE id = %s FOR NO KEY UPDATE"

_END = """
UPDATE incidents SET state = %(state)s, ended_at = %(ended_at)s
WHERE id = %(id)s
    AND (SELECT count(*) FROM webhook_events WHERE incident_id = %(id)s) <= %(seen)s
RETURNING id
"""

_OPEN = "AND state = 'open'\n"

# The latest one: what a later one made good is no failure any more.
_LATEST_FAILED = """
AND state = 'failed' AND NOT EXISTS (
    SELECT FROM analyses later
    WHERE later.incident_id = failed.incident_id AND later.number > failed.number
)
"""
_OF: LiteralString = "SELECT incident_id FROM analyses failed WHERE true"
_OF_FAILED: LiteralString = _OF + _LATEST_FAILED
_FAILED: LiteralString = "AND id IN (" + _OF_FAILED + ")"
# By the failed ones' own index: few of many incidents are.
_PAGE_OF_FAILED: LiteralString = (
    "AND id IN ("
    + _OF_FAILED
    + "AND incident_id < %(before)s ORDER BY incident_id DESC LIMIT %(skip)s + %(size)s)"
)


class PostgresIncidents:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_incident(self, incident_id: int) -> Incident:
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                _INCIDENTS + "WHERE id = %(id)s", {"id": incident_id, "with_events": True}
            )
            return read(Incident, _found(await cursor.fetchone(), incident_id))

    async def glance(self, incident_id: int) -> IncidentSnapshot:
        sought = {"id": incident_id, "old": _OLD, "no_data": AlertStatus.NO_DATA}
        async with self._database.connection() as connection:
            cursor = await connection.execute(_GLANCE, sought)
            return read(IncidentSnapshot, _found(await cursor.fetchone(), incident_id))

    async def list_incidents(
        self, piece: Piece, *, is_open: bool = False, analysis_failed: bool = False
    ) -> Listed[Incident]:
        page, table, counted = _chosen(is_open=is_open, analysis_failed=analysis_failed)
        async with self._database.transaction() as connection:
            rows, following = await rows_of(connection, _INCIDENTS, page, piece, with_events=False)
            total, is_exact = await length_of(connection, table, counted)
        return Listed(tuple(read(Incident, row) for row in rows), total, is_exact, following)

    async def alerts_of(self, incident_id: int) -> tuple[Alert, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_ALERTS, (incident_id, MAX_ALERTS))
            return tuple([read(Alert, row["alert"]) async for row in cursor])

    async def end_incident(
        self, incident_id: int, state: IncidentState, *, seen: int, ended_at: datetime
    ) -> bool:
        """Serial with joining: nobody joins between the count and the end."""
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_LOCK, (incident_id,))
            current = IncidentState(_found(await cursor.fetchone(), incident_id)["state"])
            if current in (state, IncidentState.RESOLVED):
                return True
            return await _end(connection, incident_id, state, seen, ended_at)

    async def set_notebook(self, incident_id: int, notebook: NotebookReference) -> None:
        """Idempotent: the last one stays. Raises NotFound."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "UPDATE incidents SET notebook = %s WHERE id = %s RETURNING id",
                (document(notebook), incident_id),
            )
            _found(await cursor.fetchone(), incident_id)


def _chosen(
    *, is_open: bool, analysis_failed: bool
) -> tuple[LiteralString, LiteralString, LiteralString]:
    """What a page goes by, and the table and condition that its length is counted by."""
    if is_open:
        both: LiteralString = _OPEN + _FAILED if analysis_failed else _OPEN
        return both, "incidents", both
    if analysis_failed:
        return _PAGE_OF_FAILED, "analyses failed", _LATEST_FAILED
    return "", "incidents", ""


async def _end(
    connection: Connection, incident_id: int, state: IncidentState, seen: int, ended_at: datetime
) -> bool:
    # A statement of its own: it sees whoever joined while we waited for the lock.
    cursor = await connection.execute(
        _END, {"id": incident_id, "state": state, "seen": seen, "ended_at": ended_at}
    )
    return await cursor.fetchone() is not None


def _found(row: DictRow | None, incident_id: int) -> DictRow:
    if row is None:
        raise NotFound(f"there is no incident {incident_id!r}")
    return row
