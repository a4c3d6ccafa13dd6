"""Addresses, hashed with a salt that lives for a day: then nobody can tell whose they were."""

import hashlib
import hmac
import secrets
from datetime import UTC, date, datetime

from adapters.postgres.database import Database

_BYTES = 32

# Whoever comes first on a new day brings the salt; all processes read the one that was stored.
_OFFER = "INSERT INTO rum_salts (day, salt) VALUES (%s, %s) ON CONFLICT (day) DO NOTHING"
_READ = "SELECT salt FROM rum_salts WHERE day = %s"
_DROP_OLDER = "DELETE FROM rum_salts WHERE day < %s"


class PostgresSalts:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._day: date | None = None
        self._salt = b""

    async def hash_address(self, address: str, at: datetime) -> str:
        """64 hex digits: the same for one address all day (UTC), and another the day after."""
        salt = await self._of_day(at.astimezone(UTC).date())
        return hmac.new(salt, address.encode(errors="replace"), hashlib.sha256).hexdigest()

    async def _of_day(self, day: date) -> bytes:
        if day != self._day:
            salt = await self._agreed(day)
            self._day, self._salt = day, salt
        return self._salt

    async def _agreed(self, day: date) -> bytes:
        async with self._database.transaction() as connection:
            await connection.execute(_OFFER, (day, secrets.token_bytes(_BYTES)))
            await connection.execute(_DROP_OLDER, (day,))
            cursor = await connection.execute(_READ, (day,))
            row = await cursor.fetchone()
        assert row, "this very transaction put it there"
        return bytes(row["salt"])
