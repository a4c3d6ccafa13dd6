"""Secrets that processes share. In clear: each of them must be able to use them."""

from collections.abc import Callable

from pydantic import SecretStr

from adapters.postgres import audit
from adapters.postgres.database import Database
from domain.audit import Author, Change

_SIGNING_KEY, _WEBHOOK = "signing_key", "webhook"

_GET = "SELECT value, previous FROM secrets WHERE name = %s"

_MAKE = "INSERT INTO secrets (name, value) VALUES (%s, %s) ON CONFLICT (name) DO NOTHING"

_ROTATE = """
INSERT INTO secrets (name, value) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE
SET value = excluded.value, previous = secrets.value, rotated_at = now()
"""


class PostgresSecrets:
    """`make` gives a random secret: who asks first for the signing key stores one.

    A `signing_key` that was configured is used instead.
    """

    def __init__(
        self,
        database: Database,
        make: Callable[[], SecretStr],
        signing_key: SecretStr | None = None,
    ) -> None:
        self._database = database
        self._make = make
        self._signing_key = signing_key

    async def signing_key(self) -> SecretStr:
        """Asked once per process: it never changes."""
        if self._signing_key is None:
            self._signing_key = await self._stored_signing_key()
        return self._signing_key

    async def webhook_secrets(self) -> tuple[SecretStr, ...]:
        return await self._get(_WEBHOOK)

    async def rotate_webhook_secret(self, fresh: SecretStr, author: Author) -> None:
        change = Change(author=author, action="secret.rotated", subject=_WEBHOOK)
        async with self._database.transaction() as connection:
            await connection.execute(_ROTATE, (_WEBHOOK, fresh.get_secret_value()))
            await audit.write(connection, change)

    async def _stored_signing_key(self) -> SecretStr:
        known = await self._get(_SIGNING_KEY)
        if not known:
            fresh = self._make().get_secret_value()
            async with self._database.connection() as connection:
                await connection.execute(_MAKE, (_SIGNING_KEY, fresh))
            known = await self._get(_SIGNING_KEY)
        return known[0]

    async def _get(self, name: str) -> tuple[SecretStr, ...]:
        """The current one first."""
        async with self._database.connection() as connection:
            cursor = await connection.execute(_GET, (name,))
            row = await cursor.fetchone()
        values = (row["value"], row["previous"]) if row else ()
        return tuple(SecretStr(value) for value in values if value)
