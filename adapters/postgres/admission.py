"""The line of analyses: one small table, and one who looks at a time."""

from datetime import timedelta

from adapters.postgres.database import Database
from domain.admission import Standing
from domain.analysis import AnalysisKey
from domain.errors import NotFound

# Who has not asked for so long has ended, and stands in nobody's way. Longer than any pause
# between two questions, and than a restart of the workers.
SILENCE = timedelta(minutes=10)

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('rayne: the line of analyses'))"

_JOIN = """
INSERT INTO analysis_line (incident_id, number)
SELECT id, %(number)s FROM incidents WHERE id = %(incident_id)s
ON CONFLICT (incident_id, number) DO UPDATE SET seen_at = now()
RETURNING number
"""

# A priority is the incident's own at this moment: an alert that joins may raise it. None is last.
_LOOK = """
WITH line AS (
    SELECT number, incident_id, admitted_until > now() IS TRUE AS runs,
        admitted_until > now() IS NOT TRUE AND seen_at > now() - %(silence)s AS waits,
        row_number() OVER (
            ORDER BY
                coalesce(nullif(incidents.priority, ''), '~') COLLATE "C",
                asked_at, incident_id, number
        ) AS place
    FROM analysis_line JOIN incidents ON incidents.id = incident_id
), mine AS (
    SELECT * FROM line WHERE incident_id = %(incident_id)s AND number = %(number)s
)
SELECT mine.runs AS is_running,
    count(*) FILTER (WHERE line.runs) AS running,
    count(*) FILTER (WHERE line.waits AND line.place < mine.place) AS ahead,
    count(*) FILTER (WHERE line.waits) AS waiting
FROM mine
LEFT JOIN line ON (line.incident_id, line.number) <> (mine.incident_id, mine.number)
GROUP BY mine.runs
"""

_ADMIT = """
UPDATE analysis_line SET admitted_until = now() + %(lease)s
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

# Beside the statement that stores how an analysis ended.
LEAVE = "DELETE FROM analysis_line WHERE incident_id = %(incident_id)s AND number = %(number)s"


class PostgresAdmissionLine:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, key: AnalysisKey, *, limit: int, lease: timedelta) -> Standing:
        values = {**key.model_dump(), "silence": SILENCE, "lease": lease}
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK)
            joined = await connection.execute(_JOIN, values)
            if await joined.fetchone() is None:
                raise NotFound(f"there is no incident {key.incident_id!r}")
            looked = await connection.execute(_LOOK, values)
            standing = Standing.model_validate(await looked.fetchone())
            if standing.may_run(limit):
                await connection.execute(_ADMIT, values)
        return standing
