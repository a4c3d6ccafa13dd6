"""What visits there were: rows to read, and sums that PostgreSQL makes of them."""

from datetime import datetime, timedelta

from psycopg.rows import DictRow

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import read
from domain.errors import NotFound
from domain.evidence import Window
from domain.paging import Piece
from domain.rum import (
    RESUME_WITHIN,
    RumEvent,
    TimeBucket,
    TopPage,
    Visitor,
    VisitorAnalytics,
    VisitorSession,
)

_DURATION = "trunc(extract(epoch FROM last_seen - start_time) * 1000)::bigint"

_VISITOR = """
SELECT id, uuid::text AS uuid, first_seen, last_seen, session_count, total_views, user_agent,
    ip_hash
FROM rum_visitors WHERE uuid = %s
"""

# Who fell silent for long enough has left, though nobody said so.
_SESSION_COLUMNS = f"""
SELECT id, visitor_uuid::text AS visitor_uuid, session_id::text AS session_id, start_time,
    COALESCE(end_time, CASE WHEN last_seen < %(active_since)s THEN last_seen END) AS end_time,
    page_views, {_DURATION} AS duration_ms, referrer, entry_page, exit_page, user_agent,
    device_type, browser, os
FROM rum_sessions
"""  # noqa: S608 -- joined from constants of this file

_SESSION = _SESSION_COLUMNS + "WHERE session_id = %(session_id)s"

_NEWEST_FIRST = "ORDER BY start_time DESC, id DESC LIMIT %(size)s OFFSET %(skip)s"
_SESSIONS = _SESSION_COLUMNS + _NEWEST_FIRST
# A session that retention has removed meanwhile has nothing after it.
_OLDER = """
WHERE (start_time, id) < (SELECT start_time, id FROM rum_sessions WHERE id = %(before)s)
"""
_SESSIONS_AFTER = _SESSION_COLUMNS + _OLDER + _NEWEST_FIRST

_SESSION_EVENTS = """
SELECT id, visitor_uuid::text AS visitor_uuid, session_id::text AS session_id, event_type,
    timestamp, page_url, page_title, action_name, action_type, error_message, duration_ms, metadata
FROM rum_events WHERE session_id = %s ORDER BY id LIMIT %s
"""

_NEW_VISITORS = """
SELECT count(*) AS visitors FROM rum_visitors WHERE first_seen BETWEEN %(start)s AND %(end)s
"""

_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"

_TOTALS = f"""
WITH visits AS (
    SELECT visitor_uuid, {_DURATION} AS duration_ms FROM rum_sessions
    WHERE start_time BETWEEN %(start)s AND %(end)s
)
SELECT count(*) AS sessions, count(DISTINCT visitor_uuid) AS visitors,
    count(DISTINCT visitor_uuid) FILTER (WHERE first_seen >= %(start)s) AS new_visitors,
    COALESCE(avg(duration_ms) FILTER (WHERE duration_ms > 0), 0)::float8 AS average_ms
FROM visits JOIN rum_visitors ON uuid = visitor_uuid
"""  # noqa: S608 -- joined from constants of this file

_TOP_PAGES = """
SELECT page_url, count(*) AS views,
    COALESCE((array_agg(page_title ORDER BY id DESC) FILTER (WHERE page_title IS NOT NULL))[1], '')
        AS page_title
FROM rum_events
WHERE event_type = 'view' AND page_url IS NOT NULL AND timestamp BETWEEN %(start)s AND %(end)s
GROUP BY page_url ORDER BY views DESC, page_url COLLATE "C" LIMIT 10
"""

_SHARES = """
SELECT device_type, browser, count(*) AS sessions FROM rum_sessions
WHERE start_time BETWEEN %(start)s AND %(end)s
GROUP BY GROUPING SETS ((device_type), (browser))
ORDER BY sessions DESC, device_type COLLATE "C", browser COLLATE "C"
"""

# In seconds: a day of the server's own time zone is not always 24 hours.
_BUCKETS = """
WITH width AS (SELECT make_interval(secs => %(seconds)s) AS bucket), happened AS (
    SELECT start_time AS at, 1 AS sessions, 0 AS views, 0 AS errors FROM rum_sessions
    WHERE start_time BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT timestamp, 0, (event_type = 'view')::int, (event_type = 'error')::int FROM rum_events
    WHERE event_type IN ('view', 'error') AND timestamp BETWEEN %(start)s AND %(end)s
    UNION ALL
    SELECT generate_series(%(start)s::timestamptz, %(end)s::timestamptz, bucket), 0, 0, 0 FROM width
)
SELECT date_bin(bucket, at, %(start)s::timestamptz) AS start, sum(sessions) AS sessions,
    sum(views) AS page_views, sum(errors) AS errors
FROM happened, width GROUP BY 1 ORDER BY 1
"""


class PostgresVisitHistory:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def visitor(self, uuid: str) -> Visitor:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_VISITOR, (uuid,))
            return read(Visitor, _found(await cursor.fetchone(), "visitor", uuid))

    async def session(self, session_id: str, *, now: datetime) -> VisitorSession:
        row = {"session_id": session_id, "active_since": now - RESUME_WITHIN}
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SESSION, row)
            found = _found(await cursor.fetchone(), "session", session_id)
        return read(VisitorSession, found)

    async def session_events(self, session_id: str, *, limit: int) -> tuple[RumEvent, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SESSION_EVENTS, (session_id, limit))
            return tuple([read(RumEvent, row) async for row in cursor])

    async def sessions(self, piece: Piece, *, now: datetime) -> tuple[VisitorSession, ...]:
        query = _SESSIONS if piece.before is None else _SESSIONS_AFTER
        row = {
            "size": piece.size,
            "skip": piece.skip,
            "before": piece.before,
            "active_since": now - RESUME_WITHIN,
        }
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, row)
            return tuple([read(VisitorSession, found) async for found in cursor])

    async def count_new_visitors(self, window: Window) -> int:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_NEW_VISITORS, _ends(window))
            row = await cursor.fetchone()
        assert row, "an aggregate always answers"
        return int(row["visitors"])

    async def analytics(self, window: Window, *, bucket: timedelta) -> VisitorAnalytics:
        ends = _ends(window)
        async with self._database.transaction() as connection:
            await connection.execute(_ONE_MOMENT)
            (totals,) = await _rows(connection, _TOTALS, ends)
            pages = await _rows(connection, _TOP_PAGES, ends)
            shares = await _rows(connection, _SHARES, ends)
            seconds = {"seconds": bucket.total_seconds()}
            counted = await _rows(connection, _BUCKETS, ends | seconds)
        buckets = tuple(read(TimeBucket, row) for row in counted)
        return VisitorAnalytics(
            unique_visitors=totals["visitors"],
            total_sessions=totals["sessions"],
            total_page_views=sum(one.page_views for one in buckets),
            avg_session_duration_ms=totals["average_ms"],
            new_visitors=totals["new_visitors"],
            returning_visitors=totals["visitors"] - totals["new_visitors"],
            top_pages=tuple(read(TopPage, row) for row in pages),
            by_device=_share(shares, "device_type"),
            by_browser=_share(shares, "browser"),
            buckets=buckets,
        )


async def _rows(connection: Connection, query: str, row: dict[str, object]) -> list[DictRow]:
    cursor = await connection.execute(query, row)
    return await cursor.fetchall()


def _ends(window: Window) -> dict[str, object]:
    return {"start": window.start, "end": window.end}


def _share(rows: list[DictRow], name: str) -> dict[str, int]:
    return {row[name]: row["sessions"] for row in rows if row[name] is not None}


def _found(row: DictRow | None, kind: str, id: str) -> DictRow:
    if row is None:
        raise NotFound(f"there is no {kind} {id!r}")
    return row
