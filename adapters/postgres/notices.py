"""What people were told of incidents."""

from collections.abc import Sequence
from typing import LiteralString

from adapters.postgres.database import Database
from adapters.postgres.documents import read, storable
from domain.errors import NotFound
from domain.incidents import Occasion
from domain.notices import Notice

_NOTICES = """
SELECT incident_id, occasion, status, told_to, told_at, given_up FROM notices
"""

_OF_INCIDENT = _NOTICES + "WHERE incident_id = %s ORDER BY array_position(%s::text[], occasion)"

_ONE = _NOTICES + "WHERE incident_id = %s AND occasion = %s"

_PLAN = """
INSERT INTO notices (incident_id, occasion, status) VALUES (%s, %s, %s)
ON CONFLICT (incident_id, occasion) DO NOTHING
"""

_TAKEN = """
UPDATE notices SET told_to =
    CASE WHEN %(address)s = ANY(told_to) THEN told_to
    ELSE array_append(told_to, %(address)s) END
WHERE incident_id = %(incident_id)s AND occasion = %(occasion)s
RETURNING occasion
"""

_FINISH = """
UPDATE notices SET
    told_at = CASE WHEN %(given_up)s = '' THEN coalesce(told_at, now()) ELSE told_at END,
    given_up = CASE WHEN told_at IS NULL THEN %(given_up)s ELSE given_up END
WHERE incident_id = %(incident_id)s AND occasion = %(occasion)s
RETURNING occasion
"""


class PostgresNotices:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan_notices(self, notices: Sequence[Notice]) -> None:
        """In the order of their occasions, so that two planners never wait for each other."""
        async with self._database.transaction() as connection:
            for notice in sorted(notices, key=lambda notice: notice.occasion):
                row = (notice.incident_id, notice.occasion, notice.status)
                await connection.execute(_PLAN, row)

    async def list_notices(self, incident_id: int) -> tuple[Notice, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_OF_INCIDENT, (incident_id, list(Occasion)))
            return tuple([read(Notice, row) async for row in cursor])

    async def get_notice(self, incident_id: int, occasion: Occasion) -> Notice:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_ONE, (incident_id, occasion))
            row = await cursor.fetchone()
        if row is None:
            raise _unknown(incident_id, occasion)
        return read(Notice, row)

    async def note_taken(self, notice: Notice, address: str) -> None:
        await self._change(_TAKEN, notice, address=address)

    async def finish_notice(self, notice: Notice, given_up: str = "") -> None:
        await self._change(_FINISH, notice, given_up=storable(given_up))

    async def _change(self, statement: LiteralString, notice: Notice, **values: str) -> None:
        which = {"incident_id": notice.incident_id, "occasion": notice.occasion}
        async with self._database.connection() as connection:
            cursor = await connection.execute(statement, which | values)
            if await cursor.fetchone() is None:
                raise _unknown(notice.incident_id, notice.occasion)


def _unknown(incident_id: int, occasion: Occasion) -> NotFound:
    return NotFound(f"incident {incident_id!r} has no notice {occasion!s}")
