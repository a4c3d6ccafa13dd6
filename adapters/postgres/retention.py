"""Removes what is old, a batch a statement, and never what something under way still needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import LiteralString

from adapters.postgres.database import Database
from adapters.postgres.documents import document, documents, json_document
from domain.analysis import AnalysisKey
from domain.case import Evidence, Prepared
from domain.evidence import Source
from domain.retention import BATCH, Batch, Expected, Kind, RetentionPlan
from domain.status import MOST_COUNTED

# An incident keeps its first delivery: with it its report can still be read and remembered.
_OLD_DELIVERIES: LiteralString = """
FROM webhook_events AS event
WHERE received_at < %(before)s AND status <> 'pending' AND (
    incident_id IS NULL OR (
        EXISTS (SELECT FROM incidents WHERE id = event.incident_id AND state <> 'open')
        AND id <> (
            SELECT min(id) FROM webhook_events AS other WHERE other.incident_id = event.incident_id
        )
    )
)
"""

_OLD: Mapping[Kind, LiteralString] = {
    Kind.DELIVERIES: _OLD_DELIVERIES,
    Kind.RUM: "FROM rum_visitors WHERE last_seen < %(before)s ",
    Kind.AUDIT: "FROM audit_log WHERE at < %(before)s ",
}

_TABLES: Mapping[Kind, LiteralString] = {
    Kind.DELIVERIES: "webhook_events",
    Kind.RUM: "rum_visitors",  # sessions and events go with them
    Kind.AUDIT: "audit_log",
}

_OLD_ANALYSES: LiteralString = """
FROM analyses JOIN incidents ON incidents.id = incident_id
WHERE finished_at < %(before)s AND shortened_at IS NULL AND finished_at IS NOT NULL
    AND incidents.state <> 'open'
"""

_SHORTEN = """
UPDATE analyses SET prepared = %(prepared)s, items = %(items)s, digest = NULL, shortened_at = now()
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

# How asking ended stays, so that a report still says what could not be asked.
_EMPTY_EVIDENCE = """
UPDATE evidence SET found = %(empty)s::jsonb -> source
WHERE incident_id = %(incident_id)s AND number = %(number)s AND source <> %(similar)s
"""

# What was paid stays, and what was asked for by name.
_EMPTY_TURNS = """
UPDATE model_turns SET said = said || '{"content": [], "offered": []}'::jsonb
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""

_EMPTY_CALLS = """
UPDATE tool_calls SET result = result || '{"text": "", "item": null}'::jsonb
WHERE incident_id = %(incident_id)s AND number = %(number)s
"""


class PostgresRetention:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def remove_batch(self, kind: Kind, *, before: datetime, after: int) -> Batch:
        values = {"before": before, "after": after, "limit": BATCH}
        async with self._database.transaction() as connection:
            if kind is Kind.AUDIT:
                await connection.execute(
                    "SELECT set_config('rayne.audit_kept_since', %s, true)", (before.isoformat(),)
                )
            cursor = await connection.execute(_deletion(kind), values)
            row = await cursor.fetchone()
        removed, last_id = (row["removed"], row["last_id"]) if row else (0, after)
        return Batch(removed=removed, last_id=last_id or after, is_done=removed < BATCH)

    async def old_analyses(self, *, before: datetime, limit: int) -> tuple[AnalysisKey, ...]:
        query: LiteralString = (
            "SELECT incident_id, number " + _OLD_ANALYSES + "ORDER BY finished_at LIMIT %(limit)s"
        )
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, {"before": before, "limit": limit})
            return tuple([AnalysisKey(**row) async for row in cursor])

    async def shorten(self, key: AnalysisKey, prepared: Prepared | None) -> None:
        values = {
            **key.model_dump(),
            "prepared": document(prepared) if prepared else None,
            "items": documents(prepared.items if prepared else ()),
            "empty": json_document(Evidence().model_dump(mode="json")),
            "similar": Source.SIMILAR,
        }
        async with self._database.transaction() as connection:
            for statement in (_SHORTEN, _EMPTY_EVIDENCE, _EMPTY_TURNS, _EMPTY_CALLS):
                await connection.execute(statement, values)

    async def expected(self, plan: RetentionPlan) -> tuple[Expected, ...]:
        return tuple([await self._expected(kind, plan.before.get(kind)) for kind in Kind])

    async def _expected(self, kind: Kind, before: datetime | None) -> Expected:
        if before is None:
            return Expected(kind=kind, before=None)
        old = _OLD_ANALYSES if kind is Kind.EVIDENCE else _OLD[kind]
        counting: LiteralString = "SELECT count(*) AS rows FROM (SELECT " + old  # noqa: S608 - our words
        async with self._database.connection() as connection:
            cursor = await connection.execute(
                counting + " LIMIT %(most)s) AS old", {"before": before, "most": MOST_COUNTED}
            )
            row = await cursor.fetchone()
        return Expected(kind=kind, before=before, rows=row["rows"] if row else 0)


def _deletion(kind: Kind) -> LiteralString:
    table: LiteralString = _TABLES[kind]
    chosen: LiteralString = "SELECT id " + _OLD[kind] + " AND id > %(after)s ORDER BY id LIMIT "
    removal: LiteralString = "DELETE FROM " + table + " WHERE id IN (" + chosen + "%(limit)s)"  # noqa: S608 - our words
    return (
        "WITH gone AS ("  # noqa: S608 - as above
        + removal
        + " RETURNING id) SELECT count(*) AS removed, max(id) AS last_id FROM gone"
    )
