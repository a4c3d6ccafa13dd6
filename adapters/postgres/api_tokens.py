"""Personal API tokens, known by their digests only."""

from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Database
from adapters.postgres.documents import bigint, read, storable
from domain.audit import Author, Change
from domain.errors import NotFound
from domain.people import ApiToken, Person, TokenUse, facts_of_token

_COLUMNS = "id, person_id, name, role, created_at, expires_at, last_used_at, revoked_at"

_ADD = f"""
INSERT INTO api_tokens (person_id, name, hash, role, created_at, expires_at)
VALUES (%(person_id)s, %(name)s, %(hash)s, %(role)s, %(created_at)s, %(expires_at)s)
RETURNING {_COLUMNS}
"""  # noqa: S608 - our own columns

_FIND = """
SELECT to_jsonb(api_tokens) - 'hash' AS token,
    people.id, people.name, people.role, people.created_at, people.disabled_at
FROM api_tokens JOIN people ON people.id = api_tokens.person_id
WHERE api_tokens.hash = %(hash)s AND api_tokens.revoked_at IS NULL
    AND api_tokens.expires_at > %(now)s AND people.disabled_at IS NULL
"""

_TOUCH = """
UPDATE api_tokens SET last_used_at = %(now)s
WHERE id = %(id)s
    AND (last_used_at IS NULL OR last_used_at <= %(now)s - interval '1 minute')
"""

_LIST = f"""
SELECT {_COLUMNS} FROM api_tokens WHERE person_id = %s ORDER BY id DESC
"""  # noqa: S608 - our own columns

_OF = f"""
SELECT {_COLUMNS} FROM api_tokens
WHERE id = %(id)s AND (%(person_id)s::bigint IS NULL OR person_id = %(person_id)s)
FOR UPDATE
"""  # noqa: S608 - our own columns

_REVOKE = "UPDATE api_tokens SET revoked_at = %s WHERE id = %s"


class PostgresApiTokens:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_token(self, token: ApiToken, hash: bytes, author: Author) -> ApiToken:
        row = {
            **token.model_dump(include={"person_id", "created_at", "expires_at"}),
            "name": storable(token.name),
            "role": token.role.value,
            "hash": hash,
        }
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_ADD, row)
            added = read(ApiToken, await cursor.fetchone())
            change = Change(
                author=author,
                action="token.made",
                subject=str(added.id),
                after=facts_of_token(added),
            )
            await audit.write(connection, change)
        return added

    async def use_token(self, hash: bytes, now: datetime) -> TokenUse | None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_FIND, {"hash": hash, "now": now})
            row = await cursor.fetchone()
            if row is None:
                return None
            use = _use(row)
            await connection.execute(_TOUCH, {"id": use.token.id, "now": now})
        return use

    async def list_tokens(self, person_id: int) -> tuple[ApiToken, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, (person_id,))
            return tuple([read(ApiToken, row) async for row in cursor])

    async def revoke_token(
        self, token_id: int, person_id: int | None, now: datetime, author: Author
    ) -> None:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_OF, {"id": bigint(token_id), "person_id": person_id})
            row = await cursor.fetchone()
            if row is None:
                raise NotFound(f"there is no token {token_id}")
            token = read(ApiToken, row)
            if token.revoked_at:
                return
            await connection.execute(_REVOKE, (now, token.id))
            change = Change(
                author=author,
                action="token.revoked",
                subject=str(token.id),
                before=facts_of_token(token),
            )
            await audit.write(connection, change)


def _use(row: DictRow) -> TokenUse:
    return TokenUse(token=read(ApiToken, row.pop("token")), person=read(Person, row))
