"""Which analyses there are to learn from."""

from adapters.postgres.database import Database
from domain.analysis import AnalysisKey

_LATEST_FINISHED = """
SELECT DISTINCT ON (incident_id) incident_id, number FROM analyses
WHERE state = 'finished' AND incident_id > %s
ORDER BY incident_id, number DESC
LIMIT %s
"""


class PostgresFinishedAnalyses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_finished(self, *, after: int, limit: int) -> tuple[AnalysisKey, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LATEST_FINISHED, (after, limit))
            return tuple([AnalysisKey(**row) async for row in cursor])
