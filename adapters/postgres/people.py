"""People and invites. Every change has its audit entry in the same transaction."""

from datetime import datetime

from psycopg.rows import DictRow

from adapters.postgres import audit
from adapters.postgres.database import Connection, Database
from adapters.postgres.documents import bigint, read, storable
from domain.audit import Author, Change
from domain.errors import Conflict, Forbidden, NotFound
from domain.people import Credentials, Person, Role, facts_of, name_key

_ADD = """
INSERT INTO people (name, name_key, role, password_hash)
VALUES (%(name)s, %(name_key)s, %(role)s, %(password_hash)s)
ON CONFLICT (name_key) DO NOTHING
RETURNING id, name, role, created_at, disabled_at
"""

_BY_NAME = """
SELECT id, name, role, created_at, disabled_at, password_hash FROM people WHERE name_key = %s
"""

_BY_ID = "SELECT id, name, role, created_at, disabled_at FROM people WHERE id = %s"

_LIST = "SELECT id, name, role, created_at, disabled_at FROM people ORDER BY id"

# Two admins who demote each other must not both succeed.
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('people'))"

_CHANGE = """
UPDATE people SET
    role = coalesce(%(role)s, role),
    disabled_at = CASE
        WHEN %(disabled)s::boolean IS NULL THEN disabled_at
        WHEN %(disabled)s THEN coalesce(disabled_at, now())
    END
WHERE id = %(id)s
RETURNING id, name, role, created_at, disabled_at
"""

_ADMINS = "SELECT FROM people WHERE role = 'admin' AND disabled_at IS NULL LIMIT 1"

_END_SESSIONS = "UPDATE sessions SET ended_at = now() WHERE person_id = %s AND ended_at IS NULL"

_SET_PASSWORD = "UPDATE people SET password_hash = %s WHERE id = %s"  # noqa: S105 - SQL

_REHASH = "UPDATE people SET password_hash = %s WHERE id = %s AND password_hash = %s"

_INVITE = "INSERT INTO invites (hash, role, expires_at) VALUES (%s, %s, %s)"

_USE_INVITE = """
UPDATE invites SET used_at = %(now)s
WHERE hash = %(hash)s AND used_at IS NULL AND expires_at > %(now)s
RETURNING role
"""


class PostgresPeople:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_person(self, name: str, role: Role, password_hash: str, author: Author) -> Person:
        async with self._database.transaction() as connection:
            return await _add(connection, name, role, password_hash, author)

    async def add_invited(
        self, name: str, password_hash: str, invite: bytes, now: datetime, author: Author
    ) -> Person:
        async with self._database.transaction() as connection:
            cursor = await connection.execute(_USE_INVITE, {"hash": invite, "now": now})
            row = await cursor.fetchone()
            if row is None:
                raise Forbidden("the invite is unknown, used or too old")
            return await _add(connection, name, Role(row["role"]), password_hash, author)

    async def find_credentials(self, name: str) -> Credentials | None:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_BY_NAME, (storable(name_key(name)),))
            row = await cursor.fetchone()
        if row is None:
            return None
        password_hash = row.pop("password_hash")
        return Credentials(person=read(Person, row), password_hash=password_hash)

    async def get_person(self, person_id: int) -> Person:
        async with self._database.connection() as connection:
            return await _get(connection, person_id)

    async def list_people(self) -> tuple[Person, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST)
            return tuple([read(Person, row) async for row in cursor])

    async def change_person(
        self, person_id: int, *, role: Role | None, disabled: bool | None, author: Author
    ) -> Person:
        async with self._database.transaction() as connection:
            await connection.execute(_LOCK)
            before = await _get(connection, person_id)
            row = {"id": person_id, "role": role and role.value, "disabled": disabled}
            cursor = await connection.execute(_CHANGE, row)
            after = _found(await cursor.fetchone(), person_id)
            if _is_active_admin(before) and not _is_active_admin(after):
                await _demand_an_admin(connection)
            if after.disabled_at:
                await connection.execute(_END_SESSIONS, (person_id,))
            change = Change(
                author=author,
                action="person.changed",
                subject=after.name,
                before=facts_of(before),
                after=facts_of(after),
            )
            await audit.write(connection, change)
            return after

    async def set_password(self, person_id: int, password_hash: str, author: Author) -> None:
        async with self._database.transaction() as connection:
            person = await _get(connection, person_id)
            await connection.execute(_SET_PASSWORD, (password_hash, person_id))
            await connection.execute(_END_SESSIONS, (person_id,))
            change = Change(author=author, action="password.changed", subject=person.name)
            await audit.write(connection, change)

    async def rehash(self, person_id: int, old_hash: str, new_hash: str) -> None:
        async with self._database.connection() as connection:
            await connection.execute(_REHASH, (new_hash, person_id, old_hash))

    async def add_invite(
        self, invite: bytes, role: Role, expires_at: datetime, author: Author
    ) -> None:
        change = Change(
            author=author,
            action="invite.made",
            after={"role": role.value, "expires_at": expires_at.isoformat()},
        )
        async with self._database.transaction() as connection:
            await connection.execute(_INVITE, (invite, role.value, expires_at))
            await audit.write(connection, change)


async def _add(
    connection: Connection, name: str, role: Role, password_hash: str, author: Author
) -> Person:
    row = {
        "name": name,
        "name_key": name_key(name),
        "role": role.value,
        "password_hash": password_hash,
    }
    cursor = await connection.execute(_ADD, row)
    added = await cursor.fetchone()
    if added is None:
        raise Conflict(f"the name {name!r} is taken")
    person = read(Person, added)
    change = Change(
        author=author, action="person.added", subject=person.name, after=facts_of(person)
    )
    await audit.write(connection, change)
    return person


async def _get(connection: Connection, person_id: int) -> Person:
    cursor = await connection.execute(_BY_ID, (bigint(person_id),))
    return _found(await cursor.fetchone(), person_id)


async def _demand_an_admin(connection: Connection) -> None:
    cursor = await connection.execute(_ADMINS)
    if await cursor.fetchone() is None:
        raise Conflict("this is the last admin: make another one first")


def _is_active_admin(person: Person) -> bool:
    return person.role is Role.ADMIN and person.disabled_at is None


def _found(row: DictRow | None, person_id: int) -> Person:
    if row is None:
        raise NotFound(f"there is no person {person_id}")
    return read(Person, row)
