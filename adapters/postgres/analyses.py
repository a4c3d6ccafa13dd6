"""Analyses: what each looked at, what it found and what it concluded. Every write is repeatable."""

from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from adapters.postgres.admission import LEAVE
from adapters.postgres.database import Database
from adapters.postgres.documents import Model, document, documents, json_document, read, storable
from domain.analysis import AnalysisKey, AnalysisRecord, Conclusion, Draft
from domain.case import Evidence, Frame, Prepared
from domain.digest import Digest
from domain.errors import NotFound
from domain.evidence import EvidenceItem, Source, SourceResult
from domain.memory import Embedding

_OPEN = """
INSERT INTO analyses (incident_id, number, state, frame)
VALUES (%(incident_id)s, %(number)s, 'running', %(frame)s)
ON CONFLICT (incident_id, number) DO UPDATE SET
    frame = excluded.frame,
    -- A failed one that is opened again runs again; a finished one stays finished.
    state = CASE analyses.state WHEN 'failed' THEN 'running' ELSE analyses.state END,
    finished_at = CASE analyses.state WHEN 'failed' THEN NULL ELSE analyses.finished_at END,
    error = ''
"""

_SAVE_SOURCE = """
INSERT INTO evidence (incident_id, number, source, result, found)
VALUES (%(incident_id)s, %(number)s, %(source)s, %(result)s, %(found)s)
ON CONFLICT (incident_id, number, source) DO UPDATE SET
    result = excluded.result, found = excluded.found
"""

_EVIDENCE = """
SELECT source, result, found FROM evidence
WHERE incident_id = %(incident_id)s AND number = %(number)s
    AND source = coalesce(%(only)s, source)
"""

_SAVE_PREPARED = """
UPDATE analyses SET prepared = %(prepared)s
WHERE incident_id = %(incident_id)s AND number = %(number)s
RETURNING number
"""

_SAVE_DIGEST = """
UPDATE analyses SET digest = %(digest)s
WHERE incident_id = %(incident_id)s AND number = %(number)s
RETURNING number
"""

_SAVE_EMBEDDING = """
UPDATE analyses SET embedding = %(embedding)s
WHERE incident_id = %(incident_id)s AND number = %(number)s
RETURNING number
"""

_SAVE_DRAFT = """
UPDATE analyses SET draft = %(draft)s
WHERE incident_id = %(incident_id)s AND number = %(number)s
RETURNING number
"""

_FINISH = """
WITH before AS (
    SELECT state FROM analyses
    WHERE incident_id = %(incident_id)s AND number = %(number)s
    FOR UPDATE
)
UPDATE analyses SET
    state = 'finished', items = %(items)s, conclusion = %(conclusion)s, error = '',
    finished_at = CASE before.state WHEN 'finished' THEN finished_at ELSE now() END
FROM before
WHERE incident_id = %(incident_id)s AND number = %(number)s
RETURNING CASE before.state WHEN 'finished' THEN NULL ELSE finished_at - started_at END AS took
"""

_FAIL = """
UPDATE analyses SET state = 'failed', error = %(error)s, finished_at = now()
WHERE incident_id = %(incident_id)s AND number = %(number)s AND state <> 'finished'
"""

_FRAME = """
SELECT frame AS value FROM analyses
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_PREPARED = """
SELECT prepared AS value FROM analyses
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_DIGEST = """
SELECT digest AS value FROM analyses
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_EMBEDDING = """
SELECT embedding AS value FROM analyses
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_DRAFT = """
SELECT draft AS value FROM analyses
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_TOOL_ITEMS = """
SELECT result -> 'item' AS item FROM tool_calls
WHERE incident_id = %(incident_id)s AND number = %(number)s
    AND jsonb_typeof(result -> 'item') = 'object'
ORDER BY turn, place
"""

_LIST = """
SELECT jsonb_build_object('incident_id', incident_id, 'number', number) AS key,
    state, started_at, finished_at, items AS evidence, conclusion, error,
    ARRAY(
        SELECT result FROM evidence
        WHERE incident_id = analyses.incident_id AND number = analyses.number
    ) AS sources,
    ARRAY(
        SELECT jsonb_build_object(
            'number', turn, 'model', said -> 'model', 'usage', said -> 'usage',
            'tools', jsonb_path_query_array(said, '$.calls[*].name'), 'dollars', dollars::text
        ) FROM model_turns
        WHERE incident_id = analyses.incident_id AND number = analyses.number ORDER BY turn
    ) AS turns
FROM analyses WHERE incident_id = %s ORDER BY number
"""


class PostgresAnalyses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open_analysis(self, frame: Frame) -> None:
        """Raises NotFound where there is no such incident."""
        key = AnalysisKey(incident_id=frame.incident_id, number=frame.number)
        async with self._database.connection() as connection:
            await connection.execute(_OPEN, {**key.model_dump(), "frame": document(frame)})

    async def get_frame(self, key: AnalysisKey) -> Frame:
        frame = await self._get(_FRAME, key, Frame)
        if frame is None:
            raise _unknown(key)
        return frame

    async def save_source(self, key: AnalysisKey, result: SourceResult, evidence: Evidence) -> None:
        """Raises NotFound where there is no such analysis."""
        source = result.source.value
        found = evidence.model_dump(mode="json", include={source})[source]
        async with self._database.connection() as connection:
            await connection.execute(
                _SAVE_SOURCE,
                {
                    **key.model_dump(),
                    "source": source,
                    "result": document(result),
                    "found": json_document(found),
                },
            )

    async def get_evidence(self, key: AnalysisKey, *, only: Source | None = None) -> Evidence:
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                _EVIDENCE, {**key.model_dump(), "only": only.value if only else None}
            )
            rows = {row["source"]: row async for row in cursor}
        asked = [source.value for source in Source if source.value in rows]
        parts = {source: rows[source]["found"] for source in asked}
        return read(Evidence, {"sources": [rows[source]["result"] for source in asked], **parts})

    async def save_prepared(self, key: AnalysisKey, prepared: Prepared) -> None:
        await self._update(_SAVE_PREPARED, key, prepared=document(prepared))

    async def get_prepared(self, key: AnalysisKey) -> Prepared | None:
        return await self._get(_PREPARED, key, Prepared)

    async def get_tool_items(self, key: AnalysisKey) -> tuple[EvidenceItem, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_TOOL_ITEMS, key.model_dump())
            return tuple([read(EvidenceItem, row["item"]) async for row in cursor])

    async def save_digest(self, key: AnalysisKey, digest: Digest) -> None:
        await self._update(_SAVE_DIGEST, key, digest=document(digest))

    async def get_digest(self, key: AnalysisKey) -> Digest | None:
        return await self._get(_DIGEST, key, Digest)

    async def save_embedding(self, key: AnalysisKey, embedding: Embedding) -> None:
        await self._update(_SAVE_EMBEDDING, key, embedding=document(embedding))

    async def get_embedding(self, key: AnalysisKey) -> Embedding | None:
        return await self._get(_EMBEDDING, key, Embedding)

    async def save_draft(self, key: AnalysisKey, draft: Draft) -> None:
        await self._update(_SAVE_DRAFT, key, draft=document(draft))

    async def get_draft(self, key: AnalysisKey) -> Draft | None:
        return await self._get(_DRAFT, key, Draft)

    async def finish_analysis(
        self, key: AnalysisKey, items: Sequence[EvidenceItem], conclusion: Conclusion
    ) -> timedelta | None:
        """Its place in line goes to the next."""
        values = {"items": documents(items), "conclusion": document(conclusion)}
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_FINISH, {**key.model_dump(), **values})
            finished = await cursor.fetchone()
            if finished is None:
                raise _unknown(key)
            await connection.execute(LEAVE, key.model_dump())
        took: timedelta | None = finished["took"]
        return took

    async def fail_analysis(self, key: AnalysisKey, error: str) -> None:
        """A finished analysis stays finished; one that was never opened leaves no trace."""
        async with self._database.transaction() as connection:
            await connection.execute(_FAIL, {**key.model_dump(), "error": storable(error)})
            await connection.execute(LEAVE, key.model_dump())

    async def list_analyses(self, incident_id: int) -> tuple[AnalysisRecord, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, (incident_id,))
            return tuple([_record(row) async for row in cursor])

    async def _get(
        self, query: LiteralString, key: AnalysisKey, model: type[Model]
    ) -> Model | None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, key.model_dump())
            row = await cursor.fetchone()
        return read(model, row["value"]) if row and row["value"] is not None else None

    async def _update(self, query: LiteralString, key: AnalysisKey, **values: Jsonb) -> None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, {**key.model_dump(), **values})
            if await cursor.fetchone() is None:
                raise _unknown(key)


def _record(row: DictRow) -> AnalysisRecord:
    order = list(Source)
    sources = sorted(row["sources"], key=lambda result: order.index(Source(result["source"])))
    return read(AnalysisRecord, {**row, "sources": sources})


def _unknown(key: AnalysisKey) -> NotFound:
    return NotFound(f"incident {key.incident_id!r} has no analysis {key.number!r}")
