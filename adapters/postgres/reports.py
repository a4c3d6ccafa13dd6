"""Reports as documents, one for each analysis."""

from adapters.postgres.database import Database
from adapters.postgres.documents import json_document
from domain.analysis import AnalysisKey
from domain.errors import NotFound
from domain.report_document import Document

_SAVE = """
INSERT INTO reports (incident_id, number, document)
VALUES (%(incident_id)s, %(number)s, %(document)s)
ON CONFLICT (incident_id, number) DO UPDATE SET document = excluded.document
"""

_LATEST = """
SELECT document FROM reports WHERE incident_id = %s ORDER BY number DESC LIMIT 1
"""


class PostgresReports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_report(self, key: AnalysisKey, report: Document) -> None:
        row = {**key.model_dump(), "document": json_document(report)}
        async with self._database.connection() as connection:
            await connection.execute(_SAVE, row)

    async def latest_report(self, incident_id: int) -> Document:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LATEST, (incident_id,))
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(f"incident {incident_id!r} has no report yet")
        found: Document = row["document"]
        return found
