"""Visits as they happen: each call one transaction, which first locks the visitor's row."""

from psycopg.rows import DictRow
from pydantic import JsonValue

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import json_document, storable
from adapters.postgres.rum_salts import PostgresSalts
from domain.errors import Forbidden
from domain.rum import (
    RESUME_WITHIN,
    Activity,
    Arrival,
    Arrived,
    Caller,
    Departure,
    RumEventType,
    TrackedEvent,
)

# The lock on this row is what makes a visitor's tabs take turns.
_MEET = """
INSERT INTO rum_visitors AS known (uuid, first_seen, last_seen, user_agent, ip_hash)
VALUES (
    COALESCE(%(visitor_uuid)s::uuid, gen_random_uuid()), %(at)s, %(at)s,
    %(user_agent)s, %(ip_hash)s
)
ON CONFLICT (uuid) DO UPDATE SET
    last_seen = greatest(known.last_seen, excluded.last_seen),
    user_agent = COALESCE(excluded.user_agent, known.user_agent),
    ip_hash = excluded.ip_hash
-- Only a row that this very statement made has never been touched by another.
RETURNING uuid::text AS uuid, xmax = 0 AS is_new
"""

_NAMED = """
SELECT visitor_uuid::text AS visitor_uuid, last_seen >= %(active_since)s AS is_live
FROM rum_sessions WHERE session_id = %(session_id)s
"""

_LATEST = """
SELECT session_id::text AS session_id FROM rum_sessions
WHERE visitor_uuid = %(visitor_uuid)s AND last_seen >= %(active_since)s AND start_time <= %(at)s
ORDER BY last_seen DESC, id DESC LIMIT 1
"""

_BEGIN = """
WITH begun AS (
    INSERT INTO rum_sessions (
        session_id, visitor_uuid, start_time, last_seen, referrer, entry_page,
        user_agent, device_type, browser, os
    )
    VALUES (
        COALESCE(%(session_id)s::uuid, gen_random_uuid()), %(visitor_uuid)s, %(at)s, %(at)s,
        %(referrer)s, %(entry_page)s, %(user_agent)s, %(device_type)s, %(browser)s, %(os)s
    )
    ON CONFLICT (session_id) DO NOTHING
    RETURNING session_id, visitor_uuid
), counted AS (
    UPDATE rum_visitors SET session_count = session_count + 1
    FROM begun WHERE uuid = begun.visitor_uuid
)
SELECT session_id::text AS session_id FROM begun
"""

_TOUCH = """
UPDATE rum_sessions SET last_seen = greatest(last_seen, %(at)s), end_time = NULL
WHERE session_id = %(session_id)s
"""

# Nothing at all where the session is not this visitor's, or was left for too long.
_ADD_EVENTS = """
WITH visitor AS (
    UPDATE rum_visitors
    SET total_views = total_views + %(views)s, last_seen = greatest(last_seen, %(at)s)
    WHERE uuid = %(visitor_uuid)s AND EXISTS (
        SELECT FROM rum_sessions WHERE session_id = %(session_id)s
            AND visitor_uuid = %(visitor_uuid)s AND last_seen >= %(active_since)s
    )
    RETURNING uuid
), visit AS (
    UPDATE rum_sessions SET
        page_views = page_views + %(views)s,
        last_seen = greatest(last_seen, %(at)s),
        end_time = NULL
    FROM visitor WHERE session_id = %(session_id)s AND visitor_uuid = visitor.uuid
    RETURNING session_id, visitor_uuid
)
INSERT INTO rum_events (
    visitor_uuid, session_id, event_type, timestamp, page_url, page_title, action_name,
    action_type, error_message, duration_ms, metadata
)
SELECT visitor_uuid, session_id, event_type, %(at)s, page_url, page_title, action_name,
    action_type, error_message, duration_ms, metadata
FROM visit, ROWS FROM (jsonb_to_recordset(%(events)s) AS (
    event_type text, page_url text, page_title text, action_name text, action_type text,
    error_message text, duration_ms bigint, metadata jsonb
)) WITH ORDINALITY
ORDER BY ordinality
"""

_LOCK_VISITOR_OF = """
SELECT uuid::text AS uuid FROM rum_visitors
WHERE uuid = (SELECT visitor_uuid FROM rum_sessions WHERE session_id = %s)
FOR UPDATE
"""

# Who left without a word, and says so much later, left when they fell silent.
_END = """
WITH ended AS (
    UPDATE rum_sessions SET
        last_seen = CASE WHEN last_seen >= %(active_since)s
            THEN greatest(last_seen, %(at)s) ELSE last_seen END,
        end_time = CASE WHEN last_seen >= %(active_since)s
            THEN greatest(last_seen, %(at)s) ELSE last_seen END,
        exit_page = COALESCE(%(exit_page)s, exit_page)
    WHERE session_id = %(session_id)s AND end_time IS NULL
    RETURNING visitor_uuid, end_time
)
UPDATE rum_visitors SET last_seen = greatest(last_seen, ended.end_time)
FROM ended WHERE uuid = ended.visitor_uuid
"""


class PostgresVisits:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._salts = PostgresSalts(database)

    async def arrive(self, arrival: Arrival) -> Arrived:
        visit = await self._visit(arrival)
        visit |= {
            "visitor_uuid": arrival.visitor_uuid,
            "session_id": None,
            "referrer": _text(arrival.referrer),
            "entry_page": _text(arrival.entry_page),
        }
        async with self._database.transaction() as connection:
            visitor = await _one(connection, _MEET, visit)
            visit["visitor_uuid"] = visitor["uuid"]
            visit["session_id"] = session_id = await _resumed_or_begun(connection, visit)
            await connection.execute(_TOUCH, visit)
        return Arrived(
            visitor_uuid=visitor["uuid"], session_id=session_id, is_new=visitor["is_new"]
        )

    async def record(self, activity: Activity) -> str:
        visit = await self._visit(activity)
        visit |= {
            "visitor_uuid": activity.visitor_uuid,
            "session_id": activity.session_id,
            "referrer": None,
            "entry_page": _text(activity.events[0].page_url),
            "events": json_document([_row(event) for event in activity.events]),
            "views": sum(one.event_type is RumEventType.VIEW for one in activity.events),
        }
        if await self._goes_on(visit):
            return activity.session_id
        async with self._database.transaction() as connection:
            await connection.execute(_MEET, visit)
            visit["session_id"] = session_id = await _session_for(connection, visit)
            await connection.execute(_ADD_EVENTS, visit)
        return session_id

    async def depart(self, departure: Departure) -> None:
        row = {
            "at": departure.at,
            "active_since": departure.at - RESUME_WITHIN,
            "session_id": departure.session_id,
            "exit_page": _text(departure.exit_page),
        }
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_LOCK_VISITOR_OF, (departure.session_id,))
            owner = await cursor.fetchone()
            if owner is None:
                return
            if departure.visitor_uuid not in (None, owner["uuid"]):
                raise _not_yours()
            await connection.execute(_END, row)

    async def _goes_on(self, visit: dict[str, object]) -> bool:
        """Nearly always: then one statement, and one way to PostgreSQL and back, is enough."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(_ADD_EVENTS, visit)
            return cursor.rowcount > 0

    async def _visit(self, told: Arrival | Activity) -> dict[str, object]:
        """The parts of a row that both ways of coming share."""
        caller: Caller = told.caller
        return {
            "at": told.at,
            "active_since": told.at - RESUME_WITHIN,
            "ip_hash": await self._salts.hash_address(caller.address, told.at),
            "user_agent": _text(caller.user_agent) or None,
            **caller.client.model_dump(),
        }


async def _session_for(connection: Connection, visit: dict[str, object]) -> str:
    """The named session, while it lives; what follows it, when it does not."""
    cursor = await connection.execute(_NAMED, visit)
    named = await cursor.fetchone()
    if named is None:
        return await _resumed_or_begun(connection, visit)
    if named["visitor_uuid"] != visit["visitor_uuid"]:
        raise _not_yours()
    if named["is_live"]:
        return str(visit["session_id"])
    return await _resumed_or_begun(connection, visit | {"session_id": None})


async def _resumed_or_begun(connection: Connection, visit: dict[str, object]) -> str:
    cursor = await connection.execute(_LATEST, visit)
    latest = await cursor.fetchone()
    return latest["session_id"] if latest else await _begun(connection, visit)


async def _begun(connection: Connection, visit: dict[str, object]) -> str:
    cursor = await connection.execute(_BEGIN, visit)
    begun = await cursor.fetchone()
    if begun is None:  # another visitor took that id this very moment
        raise _not_yours()
    return str(begun["session_id"])


async def _one(connection: Connection, query: str, row: dict[str, object]) -> DictRow:
    cursor = await connection.execute(query, row)
    found = await cursor.fetchone()
    assert found, "an upsert always answers"
    return found


def _not_yours() -> Forbidden:
    return Forbidden("that session belongs to another visitor")


def _row(event: TrackedEvent) -> dict[str, JsonValue]:
    row: dict[str, JsonValue] = event.model_dump(mode="json", exclude_none=True)
    return row


def _text(text: str | None) -> str | None:
    return None if text is None else storable(text)
