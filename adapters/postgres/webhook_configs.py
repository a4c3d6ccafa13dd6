"""Webhook configs: one row per name, the config itself a document that can grow."""

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Database
from adapters.postgres.documents import bigint, document, read, storable
from domain.audit import Author, Change
from domain.errors import NotFound
from domain.webhook_configs import WebhookConfig, WebhookConfigRequest, facts_of_config

_UPSERT = """
INSERT INTO webhook_configs (name, active, request)
VALUES (%(name)s, %(active)s, %(request)s)
ON CONFLICT (name) DO UPDATE SET active = excluded.active, request = excluded.request
-- Only a row that this very statement made has never been touched by another.
RETURNING id, request, created_at, xmax = 0 AS is_new
"""

_BY_NAME = "SELECT id, request, created_at FROM webhook_configs WHERE name = %s"

_LOCKED = "SELECT id, request, created_at FROM webhook_configs WHERE name = %s FOR UPDATE"

_BY_ID = "SELECT id, request, created_at FROM webhook_configs WHERE id = %s"

_LIST = """
SELECT id, request, created_at FROM webhook_configs
WHERE active OR NOT %(active_only)s
ORDER BY id
"""

_DELETE = "DELETE FROM webhook_configs WHERE name = %s RETURNING id, request, created_at"


class PostgresWebhookConfigs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def upsert_config(
        self, request: WebhookConfigRequest, *, signed: Author | None = None
    ) -> tuple[WebhookConfig, bool]:
        row = {
            "name": storable(request.name),
            "active": request.active,
            "request": document(request),
        }
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_LOCKED, (row["name"],))
            known = await cursor.fetchone()
            cursor = await connection.execute(_UPSERT, row)
            stored = _found(await cursor.fetchone(), request.name)
            if signed:
                before = _config(known) if known else None
                await audit.write(connection, _change(signed, "config.saved", before, request))
        return _config(stored), stored["is_new"]

    async def get_config(self, which: str | int) -> WebhookConfig:
        query, key = (
            (_BY_NAME, storable(which)) if isinstance(which, str) else (_BY_ID, bigint(which))
        )
        async with self._database.connection() as connection:
            cursor = await connection.execute(query, (key,))
            return _config(_found(await cursor.fetchone(), which))

    async def list_configs(self, *, active_only: bool) -> tuple[WebhookConfig, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, {"active_only": active_only})
            return tuple([_config(row) async for row in cursor])

    async def delete_config(self, name: str, *, signed: Author | None = None) -> None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_DELETE, (storable(name),))
            gone = _config(_found(await cursor.fetchone(), name))
            if signed:
                await audit.write(connection, _change(signed, "config.deleted", gone, None))


def _change(
    author: Author,
    action: str,
    before: WebhookConfigRequest | None,
    after: WebhookConfigRequest | None,
) -> Change:
    config = after or before
    return Change(
        author=author,
        action=action,
        subject=config.name if config else "",
        before=facts_of_config(before) if before else None,
        after=facts_of_config(after) if after else None,
    )


def _config(row: DictRow) -> WebhookConfig:
    return read(WebhookConfig, {**row["request"], "id": row["id"], "created_at": row["created_at"]})


def _found(row: DictRow | None, which: str | int) -> DictRow:
    if row is None:
        raise NotFound(f"there is no webhook config {which!r}")
    return row
