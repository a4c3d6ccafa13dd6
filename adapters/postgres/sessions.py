"""Logins: each a session, whose refresh tokens follow one another."""

from datetime import datetime, timedelta

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import bigint, read
from domain.audit import Author, Change
from domain.people import SESSION_FOR, Person, Session

_KEPT_FOR = timedelta(days=7)  # after its end: that long a replayed token is told from a made-up

_SWEEP = "DELETE FROM sessions WHERE expires_at < %s"

_OPEN = """
INSERT INTO sessions (person_id, opened_at, expires_at)
VALUES (%(person_id)s, %(now)s, %(expires_at)s)
RETURNING id
"""

_ISSUE = "INSERT INTO refresh_tokens (hash, session_id) VALUES (%s, %s)"

# Of two that bring the same token at once, the second waits here and then finds it used.
_USE = """
UPDATE refresh_tokens SET used_at = %s WHERE hash = %s AND used_at IS NULL RETURNING session_id
"""

_USED = "SELECT session_id FROM refresh_tokens WHERE hash = %s"

_FIND = """
SELECT sessions.id AS session_id, sessions.expires_at,
    people.id, people.name, people.role, people.created_at, people.disabled_at
FROM sessions JOIN people ON people.id = sessions.person_id
WHERE sessions.id = %(id)s AND sessions.ended_at IS NULL AND sessions.expires_at > %(now)s
    AND people.disabled_at IS NULL
"""

_END = """
UPDATE sessions SET ended_at = %s FROM people
WHERE sessions.id = %s AND ended_at IS NULL AND people.id = person_id
RETURNING people.name
"""


class PostgresSessions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_session(
        self, person: Person, refresh: bytes, now: datetime, author: Author
    ) -> Session:
        row = {"person_id": person.id, "now": now, "expires_at": now + SESSION_FOR}
        async with self._database.transaction() as connection:
            await connection.execute(_SWEEP, (now - _KEPT_FOR,))
            cursor = await connection.execute(_OPEN, row)
            opened = await cursor.fetchone()
            assert opened, "an insert returns its row"
            await connection.execute(_ISSUE, (refresh, opened["id"]))
            change = Change(author=author, action="session.opened", subject=person.name)
            await audit.write(connection, change)
        return Session(id=opened["id"], person=person, expires_at=now + SESSION_FOR)

    async def renew(
        self, used: bytes, fresh: bytes, now: datetime, author: Author
    ) -> Session | None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_USE, (now, used))
            row = await cursor.fetchone()
            if row is None:
                await _end_replayed(connection, used, now, author)
                return None
            session = await _find(connection, row["session_id"], now)
            if session:
                await connection.execute(_ISSUE, (fresh, session.id))
            return session

    async def find_session(self, session_id: int, now: datetime) -> Session | None:
        async with self._database.connection() as connection:
            return await _find(connection, session_id, now)

    async def end_session(self, session_id: int, now: datetime, author: Author) -> None:
        async with self._database.transaction() as connection:
            await _end(connection, session_id, now, author, "session.ended")


async def _end_replayed(connection: Connection, used: bytes, now: datetime, author: Author) -> None:
    """Nobody can tell the thief from the owner, so both log in again."""
    cursor = await connection.execute(_USED, (used,))
    row = await cursor.fetchone()
    if row is not None:
        await _end(connection, row["session_id"], now, author, "session.replayed")


async def _end(
    connection: Connection, session_id: int, now: datetime, author: Author, action: str
) -> None:
    cursor = await connection.execute(_END, (now, bigint(session_id)))
    row = await cursor.fetchone()
    if row is not None:
        change = Change(author=author, action=action, subject=row["name"])
        await audit.write(connection, change)


async def _find(connection: Connection, session_id: int, now: datetime) -> Session | None:
    cursor = await connection.execute(_FIND, {"id": bigint(session_id), "now": now})
    row = await cursor.fetchone()
    return _session(row) if row else None


def _session(row: DictRow) -> Session:
    session_id, expires_at = row.pop("session_id"), row.pop("expires_at")
    return Session(id=session_id, person=read(Person, row), expires_at=expires_at)
