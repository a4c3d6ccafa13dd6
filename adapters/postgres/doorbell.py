"""Wakes whoever listens on a channel, without holding up whoever has something to tell."""

import asyncio
from contextlib import suppress

from adapters.postgres.database import Database
from domain.errors import RayneError

_NOTIFY = "SELECT pg_notify(%s, '')"
_PAUSE = 0.05  # seconds until it is rung again: in a storm nobody sleeps anyway


class Doorbell:
    """Apart from the transaction that stored something: commits that notify wait for each other."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._is_wanted = False
        self._ringing: asyncio.Task[None] | None = None

    def ring(self) -> None:
        """At once, or soon where it has just rung. Listeners make up for a bell that fails."""
        self._is_wanted = True
        if self._ringing is None:
            self._ringing = asyncio.create_task(self._ring())

    async def _ring(self) -> None:
        try:
            while self._is_wanted:
                self._is_wanted = False
                with suppress(RayneError):
                    async with self._database.connection() as connection:
                        await connection.execute(_NOTIFY, (self._channel,))
                await asyncio.sleep(_PAUSE)
        finally:
            self._ringing = None
