"""What Rayne muted, and what became of it."""

from collections.abc import Sequence

from adapters.postgres.database import Database
from adapters.postgres.documents import bigint, read, storable
from domain.errors import NotFound
from domain.mutings import Muting

_MUTINGS = """
SELECT key, incident_id, episode_key, occurrence, config_id, config_name, trigger,
    duration_seconds AS duration, state, note, monitor_id, scope, downtime_id, asked_at, ends_at,
    over_at
FROM downtimes
"""

_PLAN = """
INSERT INTO downtimes (
    key, incident_id, episode_key, occurrence, config_id, config_name, trigger, duration_seconds,
    state, note, monitor_id, scope, downtime_id, asked_at, ends_at, over_at
)
VALUES (
    %(key)s, %(incident_id)s, %(episode_key)s, %(occurrence)s, %(config_id)s, %(config_name)s,
    %(trigger)s, %(duration_seconds)s, %(state)s, %(note)s, %(monitor_id)s, %(scope)s,
    %(downtime_id)s, %(asked_at)s, %(ends_at)s, %(over_at)s
)
ON CONFLICT (key) DO NOTHING
"""

# What was planned stays as planned; only what became of it changes.
_SAVE = """
UPDATE downtimes SET
    state = %(state)s, note = %(note)s, downtime_id = %(downtime_id)s, ends_at = %(ends_at)s,
    over_at = %(over_at)s
WHERE key = %(key)s
RETURNING key
"""


class PostgresMutings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan_mutings(self, mutings: Sequence[Muting]) -> None:
        """In the order of their keys, so that two planners never wait for each other."""
        async with self._database.transaction() as connection:
            for muting in sorted(mutings, key=lambda muting: muting.key):
                await connection.execute(_PLAN, _row(muting))

    async def get_muting(self, key: str) -> Muting:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_MUTINGS + "WHERE key = %s", (key,))
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(f"there is no muting {key!r}")
        return read(Muting, row)

    async def save_muting(self, muting: Muting) -> None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SAVE, _row(muting))
            if await cursor.fetchone() is None:
                raise NotFound(f"there is no muting {muting.key!r}")

    async def list_mutings(self, incident_id: int) -> tuple[Muting, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                _MUTINGS + "WHERE incident_id = %s ORDER BY asked_at, key", (incident_id,)
            )
            return tuple([read(Muting, row) async for row in cursor])


def _row(muting: Muting) -> dict[str, object]:
    texts = {name: storable(text) for name, text in muting if isinstance(text, str)}
    return {
        **dict(muting),
        **texts,
        "monitor_id": bigint(muting.monitor_id),
        "duration_seconds": round(muting.duration.total_seconds()),
    }
