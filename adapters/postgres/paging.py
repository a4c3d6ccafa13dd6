"""A piece of a big table, and how long the whole is."""

from typing import LiteralString

from psycopg.rows import DictRow

from adapters.postgres.database import Connection
from domain.paging import DEEPEST, Piece

_NEWEST = 2**63 - 1
MOST_CHOSEN = 200  # rows counted that a condition chooses: each may cost a look elsewhere


async def rows_of(
    connection: Connection,
    columns: LiteralString,
    condition: LiteralString,
    piece: Piece,
    **values: object,
) -> tuple[list[DictRow], int | None]:
    """Newest first, and the id that the next piece begins after: None where this is the last.

    `columns` selects from a table with an `id`; `condition` is "" or begins with AND; `values` are
    for the parameters of both.
    """
    query = columns + "WHERE id < %(before)s " + condition
    cursor = await connection.execute(
        query + " ORDER BY id DESC LIMIT %(size)s OFFSET %(skip)s",
        {
            "before": _NEWEST if piece.before is None else piece.before,
            "size": piece.size + 1,
            "skip": piece.skip,
            **values,
        },
        prepare=False,  # a plan for any limit is a plan for a tenth of the table
    )
    rows = await cursor.fetchall()
    kept = rows[: piece.size]
    return kept, kept[-1]["id"] if len(rows) > piece.size else None


async def length_of(
    connection: Connection, table: LiteralString, condition: LiteralString = ""
) -> tuple[int, bool]:
    """How many rows there are, and whether that is exact. `condition` as above."""
    if condition:
        counted = await _count(connection, table, condition, MOST_CHOSEN)
        return counted, counted < MOST_CHOSEN
    estimate = await _estimate(connection, table)
    if estimate > 2 * DEEPEST:  # far beyond what is counted: do not even try
        return estimate, False
    counted = await _count(connection, table, condition, DEEPEST)
    return max(counted, estimate) if counted == DEEPEST else counted, counted < DEEPEST


async def _count(
    connection: Connection, table: LiteralString, condition: LiteralString, most: int
) -> int:
    some: LiteralString = "(SELECT FROM " + table + " WHERE true " + condition
    cursor = await connection.execute(
        "SELECT count(*) AS counted FROM " + some + " LIMIT %s) AS found",  # noqa: S608 - our words
        (most,),
        prepare=False,
    )
    row = await cursor.fetchone()
    return row["counted"] if row else 0


async def _estimate(connection: Connection, table: LiteralString) -> int:
    """The planner's, which autovacuum keeps near the truth."""
    cursor = await connection.execute(
        "SELECT reltuples::bigint AS rows FROM pg_class WHERE oid = %s::text::regclass", (table,)
    )
    row = await cursor.fetchone()
    return row["rows"] if row else 0
