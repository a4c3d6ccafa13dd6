"""Added functions: every version is kept, at most one of a name is approved."""

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import document, read, storable
from domain.audit import Author, Change
from domain.errors import Conflict, NotFound
from domain.functions import FunctionState, Signature, StoredFunction, facts_of_function

# Proposals of one name follow each other: two at once must not take the same version.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('functions'), hashtext(%s))"

_LATEST = "SELECT * FROM functions WHERE name = %s ORDER BY version DESC LIMIT 1"

_PROPOSE = """
INSERT INTO functions (name, version, state, code, signature, author)
VALUES (%(name)s, %(version)s, 'proposed', %(code)s, %(signature)s, %(author)s)
RETURNING *
"""

_ONE = "SELECT * FROM functions WHERE name = %s AND version = %s"

_RETIRE = """
UPDATE functions SET state = 'retired', decided_by = %(by)s, decided_at = now()
WHERE name = %(name)s AND state = 'approved' AND version <> %(version)s
"""

_DECIDE = """
UPDATE functions SET state = %(state)s, decided_by = %(by)s, decided_at = now()
WHERE name = %(name)s AND version = %(version)s
RETURNING *
"""

_APPROVED = "SELECT * FROM functions WHERE name = %s AND state = 'approved'"

_LIST = """
SELECT * FROM functions
WHERE %(state)s::text IS NULL OR state = %(state)s
ORDER BY name, version
"""


class PostgresFunctions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def propose(
        self,
        signature: Signature,
        code: str,
        author: str,
        *,
        approve: bool,
        signed: Author | None = None,
    ) -> StoredFunction:
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, (signature.name,))
            cursor = await connection.execute(_LATEST, (signature.name,))
            row = await cursor.fetchone()
            latest = read(StoredFunction, row) if row else None
            if latest and latest.code == code and latest.state is not FunctionState.RETIRED:
                proposed = latest
            else:
                proposed = await _insert(connection, signature, code, author, latest)
            if approve and proposed.state is FunctionState.PROPOSED:
                proposed = await _decide(connection, proposed, FunctionState.APPROVED, author)
            await _sign(connection, signed, latest, proposed)
            return proposed

    async def decide(
        self,
        name: str,
        version: int,
        state: FunctionState,
        by: str,
        *,
        signed: Author | None = None,
    ) -> StoredFunction:
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK, (name,))
            cursor = await connection.execute(_ONE, (name, version))
            known = read(StoredFunction, _found(await cursor.fetchone(), name, version))
            if known.state is state:
                return known
            if known.state is not FunctionState.PROPOSED and state is not FunctionState.RETIRED:
                raise Conflict(f"{name} {version} is {known.state} already")
            decided = await _decide(connection, known, state, by)
            await _sign(connection, signed, known, decided)
            return decided

    async def get_approved(self, name: str) -> StoredFunction:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_APPROVED, (storable(name),))
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(f"no approved function is called {name!r:.60}")
        return read(StoredFunction, row)

    async def list_functions(
        self, *, state: FunctionState | None = None
    ) -> tuple[StoredFunction, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, {"state": state})
            return tuple([read(StoredFunction, row) async for row in cursor])


async def _insert(
    connection: Connection,
    signature: Signature,
    code: str,
    author: str,
    latest: StoredFunction | None,
) -> StoredFunction:
    row = {
        "name": signature.name,
        "version": latest.version + 1 if latest else 1,
        "code": storable(code),
        "signature": document(signature),
        "author": storable(author),
    }
    cursor = await connection.execute(_PROPOSE, row)
    return read(StoredFunction, await cursor.fetchone())


async def _decide(
    connection: Connection, function: StoredFunction, state: FunctionState, by: str
) -> StoredFunction:
    decision = {
        "name": function.name,
        "version": function.version,
        "state": state.value,
        "by": storable(by),
    }
    if state is FunctionState.APPROVED:
        await connection.execute(_RETIRE, decision)
    cursor = await connection.execute(_DECIDE, decision)
    return read(StoredFunction, await cursor.fetchone())


async def _sign(
    connection: Connection,
    author: Author | None,
    before: StoredFunction | None,
    after: StoredFunction,
) -> None:
    if author is None or after == before:
        return
    change = Change(
        author=author,
        action=f"function.{after.state}",
        subject=f"{after.name} {after.version}",
        before=facts_of_function(before) if before else None,
        after=facts_of_function(after),
    )
    await audit.write(connection, change)


def _found(row: DictRow | None, name: str, version: int) -> DictRow:
    if row is None:
        raise NotFound(f"there is no function {name!r:.60} of version {version}")
    return row
