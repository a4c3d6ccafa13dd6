"""The audit log: written beside the changes, read by pages."""

from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import json_document, read, storable
from domain.audit import AuditEntry, AuditFilter, Change

_WRITE = """
INSERT INTO audit_log (who, how, address, request_id, action, subject, before, after)
VALUES (
    %(who)s, %(how)s, %(address)s, %(request_id)s, %(action)s, %(subject)s, %(before)s, %(after)s
)
"""

_LIST = """
SELECT * FROM audit_log
WHERE (%(who)s = '' OR who = %(who)s)
    AND (%(action)s = '' OR action = %(action)s)
    AND (%(subject)s = '' OR subject = %(subject)s)
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(before_id)s::bigint IS NULL OR id < %(before_id)s)
ORDER BY id DESC
LIMIT %(limit)s
"""


async def write(connection: Connection, change: Change) -> None:
    """In whatever transaction the connection has open: the change and its entry, or neither."""
    row = {
        **{name: storable(text) for name, text in change.author.model_dump(mode="json").items()},
        "action": storable(change.action),
        "subject": storable(change.subject),
        "before": None if change.before is None else json_document(change.before),
        "after": None if change.after is None else json_document(change.after),
    }
    await connection.execute(_WRITE, row)


class PostgresAuditLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, change: Change) -> None:
        async with self._database.connection() as connection:
            await write(connection, change)

    async def list_entries(
        self, wanted: AuditFilter, *, before_id: int | None, limit: int
    ) -> tuple[AuditEntry, ...]:
        texts = {name: storable(getattr(wanted, name)) for name in ("who", "action", "subject")}
        row = {
            **texts,
            "since": wanted.since,
            "until": wanted.until,
            "before_id": before_id,
            "limit": limit,
        }
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, row)
            return tuple([read(AuditEntry, row) async for row in cursor])
