"""How often something was tried lately: one row per key, counted by one statement."""

from datetime import datetime, timedelta

from adapters.postgres.database import Database
from adapters.postgres.documents import index_key

_SWEEP = "DELETE FROM attempts WHERE since < %s"

_COUNT = """
INSERT INTO attempts (key, since, count) VALUES (%(key)s, %(now)s, 1)
ON CONFLICT (key) DO UPDATE SET
    since = CASE WHEN attempts.since <= %(old)s THEN excluded.since ELSE attempts.since END,
    count = CASE WHEN attempts.since <= %(old)s THEN 1 ELSE attempts.count + 1 END
RETURNING count
"""

_FORGET = "DELETE FROM attempts WHERE key = %s"

_KEPT_FOR = timedelta(days=1)


class PostgresAttempts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def count_attempt(self, key: str, window: timedelta, now: datetime) -> int:
        row = {"key": index_key(key), "now": now, "old": now - window}
        async with self._database.connection() as connection:
            await connection.execute(_SWEEP, (now - _KEPT_FOR,))
            cursor = await connection.execute(_COUNT, row)
            counted = await cursor.fetchone()
        assert counted, "an upsert returns its row"
        return int(counted["count"])

    async def forget_attempts(self, key: str) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_FORGET, (index_key(key),))
