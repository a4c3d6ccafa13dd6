"""Hears PostgreSQL's notifications, and waits in peace while there is no PostgreSQL."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow
from psycopg.sql import SQL, Identifier

from adapters.postgres.address import Parameters


class Listener:
    """One waiter at a time; notifications that come between two waits are kept."""

    def __init__(self, parameters: Parameters, channel: str) -> None:
        self._parameters = parameters
        self._channel = channel
        self._connection: AsyncConnection[DictRow] | None = None

    async def wait(self, at_most: timedelta) -> None:
        """Returns on a notification, else after `at_most`. Never raises a database's error.

        Returns at once when it has only now begun to listen: what was said before is unheard.
        """
        try:
            async with asyncio.timeout(at_most.total_seconds()):
                await self._hear()
        except TimeoutError:
            return

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _hear(self) -> None:
        try:
            if self._connection is None:
                self._connection = await self._begin()
                return
            async for _ in self._connection.notifies(stop_after=1):
                pass
        except psycopg.Error:
            await self.close()
            # There is nothing to hear; asking again at once would only spin.
            await asyncio.Event().wait()

    async def _begin(self) -> AsyncConnection[DictRow]:
        async with AsyncExitStack() as unless_it_listens:
            connection = await AsyncConnection.connect(**self._parameters)
            unless_it_listens.push_async_callback(connection.close)
            await connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
            unless_it_listens.pop_all()
        return connection
