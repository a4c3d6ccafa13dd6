"""Demo data: which seeds were sown, and taking all of it out again."""

from collections.abc import Sequence
from datetime import datetime

from adapters.postgres.database import Connection, Database
from adapters.postgres.demo_history import add_history
from adapters.postgres.demo_purge import purge
from adapters.postgres.demo_visits import add_visits
from adapters.postgres.documents import read
from domain.demo_history import Seeds
from domain.demo_ports import AddedVisits, Purged, Seeding, SeedKind
from domain.demo_visits import SeededVisit
from domain.errors import Conflict

_BEGIN = """
INSERT INTO demo_seeds (seed, kind, at) VALUES (%s, %s, %s)
ON CONFLICT (seed, kind) DO UPDATE SET at = demo_seeds.at
RETURNING at
"""

# Two calls with one seed take turns, and a purge waits for them.
_HOLD = "SELECT seed FROM demo_seeds WHERE seed = %s AND kind = %s FOR UPDATE"

_OPEN_INCIDENTS = """
SELECT DISTINCT incidents.id
FROM demo_deliveries
JOIN webhook_events event
    ON event.delivery_key = demo_deliveries.delivery_key AND NOT event.key_released
JOIN incidents ON incidents.id = event.incident_id AND incidents.state = 'open'
ORDER BY incidents.id
"""


class PostgresDemoSeeds:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, seed: int, kind: SeedKind, at: datetime) -> datetime:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_BEGIN, (seed, kind, at))
            row = await cursor.fetchone()
        assert row, "an upsert that updates on conflict always returns its row"
        return read(Seeding, {"seed": seed, "kind": kind, **row}).at

    async def add_history(self, seed: int, seeds: Seeds) -> int:
        async with self._database.transaction() as connection:
            await _hold(connection, seed, SeedKind.WEBHOOKS)
            return await add_history(connection, seeds)

    async def add_visits(self, seed: int, visits: Sequence[SeededVisit]) -> AddedVisits:
        async with self._database.transaction() as connection:
            await _hold(connection, seed, SeedKind.RUM)
            return await add_visits(connection, visits)

    async def seedings(self) -> tuple[Seeding, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                "SELECT seed, kind, at FROM demo_seeds ORDER BY at, seed, kind"
            )
            return tuple([read(Seeding, row) async for row in cursor])

    async def open_incidents(self) -> tuple[int, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_OPEN_INCIDENTS)
            return tuple([row["id"] async for row in cursor])

    async def purge(self) -> Purged:
        async with self._database.transaction() as connection:
            return await purge(connection)


async def _hold(connection: Connection, seed: int, kind: SeedKind) -> None:
    cursor = await connection.execute(_HOLD, (seed, kind))
    if await cursor.fetchone() is None:
        raise Conflict("all demo data was removed meanwhile: seed again")
