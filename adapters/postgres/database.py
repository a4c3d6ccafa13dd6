"""Connections to PostgreSQL, and the border where psycopg's errors end."""

import asyncio
import select
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from adapters.postgres.address import Parameters, read_address
from adapters.postgres.errors import translate
from adapters.postgres.listener import Listener
from domain.errors import RayneError, TimedOut, Unavailable
from domain.telemetry import UNWATCHED, Watch

Connection = AsyncConnection[DictRow]

QUERY = "query"


@dataclass(frozen=True)
class Timeouts:
    """How long to wait for each thing; `call` bounds all of them together."""

    connect: timedelta = timedelta(seconds=5)
    pool: timedelta = timedelta(seconds=5)
    lock: timedelta = timedelta(seconds=5)
    statement: timedelta = timedelta(seconds=10)
    call: timedelta = timedelta(seconds=20)


class Database:
    """A pool of connections that opens at its first use, so a process starts without PostgreSQL.

    Whatever is raised inside `connection()` and `transaction()` is a domain error.
    """

    def __init__(
        self, parameters: Parameters, max_size: int, timeouts: Timeouts, watch: Watch
    ) -> None:
        self._watch = watch
        self._parameters = parameters
        self._timeouts = timeouts
        self._listeners: list[Listener] = []
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            kwargs=parameters,
            min_size=0,
            max_size=max_size,
            timeout=timeouts.pool.total_seconds(),
            # The pool's own patience doubles with each attempt; ours is the next caller's.
            reconnect_timeout=1,
            open=False,
        )

    @classmethod
    def connect(
        cls,
        conninfo: str,
        *,
        max_size: int = 10,
        timeouts: Timeouts | None = None,
        watch: Watch = UNWATCHED,
    ) -> "Database":
        """Does not speak to PostgreSQL yet. Raises Misconfigured when `conninfo` is unreadable."""
        chosen = timeouts or Timeouts()
        return cls(_parameters(conninfo, chosen), max_size, chosen, watch)

    async def close(self) -> None:
        for listener in self._listeners:
            await listener.close()
        await self._pool.close()

    def listen(self, channel: str) -> Listener:
        """A listener with a connection of its own, closed with the database."""
        listener = Listener(self._parameters, channel)
        self._listeners.append(listener)
        return listener

    async def ping(self) -> None:
        """Returns when PostgreSQL answered. Raises Unavailable or Misconfigured."""
        async with self.connection() as connection:
            await connection.execute("SELECT 1")

    @asynccontextmanager
    async def transaction(self, what: str = QUERY) -> AsyncIterator[Connection]:
        async with self.connection(what) as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def connection(self, what: str = QUERY) -> AsyncIterator[Connection]:
        """A connection where each statement is a transaction of its own.

        `what` is for the watch: a few words for what the block does. Without, it is only counted: a
        hundred of an analysis take a millisecond each, and would hide the rest of its trace.
        """
        with self.watched(what), _translated():
            async with asyncio.timeout(self._timeouts.call.total_seconds()):
                connection = await self._borrow()
                try:
                    yield connection
                finally:
                    await self._pool.putconn(connection)

    def watched(self, what: str) -> AbstractContextManager[object]:
        """Around what asks the database by other ways than the two above."""
        return self._watch.calling("postgresql", what, traced=what != QUERY)

    async def _borrow(self) -> Connection:
        if self._pool.closed:
            await self._pool.open()
        try:
            connection = await self._pool.getconn()
            while _has_hung_up(connection):
                await connection.close()
                await self._pool.putconn(connection)
                connection = await self._pool.getconn()
        except PoolTimeout as timeout:
            raise await self._reason() from timeout
        return connection

    async def _reason(self) -> RayneError:
        """Why there is no connection. The pool tells only that it waited, so we try one."""
        try:
            connection = await AsyncConnection.connect(**self._parameters)
        except psycopg.Error as error:
            return translate(error)
        await connection.close()
        return Unavailable("every connection to PostgreSQL is busy")


def _parameters(conninfo: str, timeouts: Timeouts) -> Parameters:
    address = read_address(
        conninfo, statement_timeout=_ms(timeouts.statement), lock_timeout=_ms(timeouts.lock)
    )
    return address | {
        "connect_timeout": max(1, round(timeouts.connect.total_seconds())),
        # A peer that vanished without a word is noticed within a minute.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "autocommit": True,
        "row_factory": dict_row,
    }


def _ms(span: timedelta) -> str:
    return f"{round(span.total_seconds() * 1000)}ms"


def _has_hung_up(connection: Connection) -> bool:
    """Whether an idle connection has something to read: only a server's goodbye comes unasked.

    Costs no round trip, unlike the pool's own check.
    """
    if connection.closed:
        return True
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    return bool(watch.poll(0))


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) from error
    except TimeoutError as error:
        raise TimedOut("PostgreSQL took too long to answer") from error
