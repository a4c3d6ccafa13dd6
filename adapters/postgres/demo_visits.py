"""Seeded visits that are over, with counters that agree with their rows."""

from collections.abc import Sequence

from adapters.postgres.database import Connection
from domain.demo_ports import AddedVisits
from domain.demo_visits import SeededVisit

_KNOWN = "SELECT session_id::text FROM rum_sessions WHERE session_id = ANY(%s::uuid[])"

# A visitor that is there without a mark was never seeded, so it gets none.
_MARK = """
INSERT INTO demo_visitors (visitor_uuid)
SELECT visitor FROM unnest(%s::uuid[]) AS visitor
WHERE NOT EXISTS (SELECT FROM rum_visitors WHERE uuid = visitor)
ON CONFLICT DO NOTHING
"""

_ADD_VISITOR = """
INSERT INTO rum_visitors (uuid, first_seen, last_seen, user_agent)
VALUES (%(visitor_uuid)s, %(started_at)s, %(ended_at)s, %(user_agent)s)
ON CONFLICT (uuid) DO NOTHING
"""

_ADD_SESSION = """
INSERT INTO rum_sessions (
    session_id, visitor_uuid, start_time, last_seen, end_time, page_views, referrer, entry_page,
    exit_page, user_agent, device_type, browser, os
)
VALUES (
    %(session_id)s, %(visitor_uuid)s, %(started_at)s, %(ended_at)s, %(ended_at)s, %(page_views)s,
    %(referrer)s, %(entry_page)s, %(exit_page)s, %(user_agent)s, %(device_type)s, %(browser)s,
    %(os)s
)
"""

_ADD_EVENT = """
INSERT INTO rum_events (
    visitor_uuid, session_id, event_type, timestamp, page_url, page_title, action_name,
    action_type, error_message, duration_ms
)
VALUES (
    %(visitor_uuid)s, %(session_id)s, %(event_type)s, %(at)s, %(page_url)s, %(page_title)s,
    %(action_name)s, %(action_type)s, %(error_message)s, %(duration_ms)s
)
"""

# From the rows themselves: a larger count adds sessions to visitors that a smaller one made.
_COUNT = """
UPDATE rum_visitors SET
    first_seen = counted.first_seen, last_seen = counted.last_seen,
    session_count = counted.sessions, total_views = counted.views
FROM (
    SELECT visitor_uuid, min(start_time) AS first_seen, max(last_seen) AS last_seen,
        count(*) AS sessions, sum(page_views) AS views
    FROM rum_sessions WHERE visitor_uuid = ANY(%s::uuid[]) GROUP BY visitor_uuid
) AS counted
WHERE rum_visitors.uuid = counted.visitor_uuid
"""


async def add_visits(connection: Connection, visits: Sequence[SeededVisit]) -> AddedVisits:
    known = await _known(connection, visits)
    new = [visit for visit in visits if visit.session_id not in known]
    new.sort(key=lambda visit: visit.started_at)
    visitors = sorted({visit.visitor_uuid for visit in new})
    await connection.execute(_MARK, (visitors,))
    sessions = [_session(visit) for visit in new]
    events = [row for visit in new for row in _events(visit)]
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD_VISITOR, sessions)
        await cursor.executemany(_ADD_SESSION, sessions)
        await cursor.executemany(_ADD_EVENT, events)
    await connection.execute(_COUNT, (visitors,))
    return AddedVisits(sessions=len(sessions), events=len(events))


async def _known(connection: Connection, visits: Sequence[SeededVisit]) -> set[str]:
    cursor = await connection.execute(_KNOWN, ([visit.session_id for visit in visits],))
    return {row["session_id"] async for row in cursor}


def _session(visit: SeededVisit) -> dict[str, object]:
    views = visit.views
    return {
        **visit.model_dump(include={"session_id", "visitor_uuid", "referrer"}),
        **visit.browser.client.model_dump(),
        "started_at": visit.started_at,
        "ended_at": visit.ended_at,
        "user_agent": visit.browser.user_agent,
        "page_views": len(views),
        "entry_page": views[0].page_url,
        "exit_page": views[-1].page_url,
    }


def _events(visit: SeededVisit) -> list[dict[str, object]]:
    pair = {"visitor_uuid": visit.visitor_uuid, "session_id": visit.session_id}
    return [{**event.model_dump(), **pair, "at": at} for at, event in visit.events]
