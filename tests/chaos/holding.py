"""Holds an analysis at one of its steps: PostgreSQL sleeps where that step would store its result.

So a step can be killed in flight without anything of Rayne's knowing that it is watched.
"""

from dataclasses import dataclass

import psycopg

from tests.e2e.stack import until

# What each step stores, and how the moment is told from others: table, event, condition.
_ROWS = {
    "turn": ("analysis_line", "INSERT", "true"),
    "frame": ("analyses", "INSERT", "true"),
    "logs": ("evidence", "INSERT", "NEW.source = 'logs'"),
    "baseline logs": ("evidence", "INSERT", "NEW.source = 'baseline_logs'"),
    "events": ("evidence", "INSERT", "NEW.source = 'events'"),
    "host": ("evidence", "INSERT", "NEW.source = 'host'"),
    "monitor": ("evidence", "INSERT", "NEW.source = 'monitor'"),
    "metrics": ("evidence", "INSERT", "NEW.source = 'metrics'"),
    "related logs": ("evidence", "INSERT", "NEW.source = 'related_logs'"),
    "spans": ("evidence", "INSERT", "NEW.source = 'spans'"),
    "health": ("evidence", "INSERT", "NEW.source = 'health'"),
    "prepare": ("analyses", "UPDATE", "OLD.prepared IS NULL AND NEW.prepared IS NOT NULL"),
    "embed": ("analyses", "UPDATE", "OLD.embedding IS NULL AND NEW.embedding IS NOT NULL"),
    "similar incidents": ("evidence", "INSERT", "NEW.source = 'similar'"),
    "digest": ("analyses", "UPDATE", "OLD.digest IS NULL AND NEW.digest IS NOT NULL"),
    "investigate: a turn": ("model_turns", "INSERT", "NEW.turn = 2"),
    "investigate: a tool": ("tool_calls", "INSERT", "NEW.turn = 1"),
    "investigate: the rules": ("analyses", "UPDATE", "OLD.draft IS NULL AND NEW.draft IS NOT NULL"),
    "check claims": (
        "analyses",
        "UPDATE",
        "OLD.conclusion IS NULL AND NEW.conclusion IS NOT NULL",
    ),
    "write notebook": ("reports", "INSERT", "true"),
}
STEPS = tuple(_ROWS)
LONGEST = 9  # seconds; Rayne gives a statement ten

_TABLE = "CREATE TABLE held (service TEXT, step TEXT)"

_FUNCTION = f"""
CREATE FUNCTION hold_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM held JOIN incidents ON incidents.service = held.service
        WHERE incidents.id = NEW.incident_id AND held.step = TG_ARGV[0]
    ) THEN
        PERFORM set_config('application_name', TG_ARGV[0], true);
        PERFORM pg_sleep({LONGEST});
    END IF;
    RETURN NEW;
END
$$
"""

# One step may have several statements under way: each tool of a turn is one.
_SLEEPING = """
SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE wait_event = 'PgSleep'
"""

# Else what a killed worker had begun would still be stored, seconds later.
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"


@dataclass(frozen=True)
class Holder:
    conninfo: str

    async def set_up(self) -> None:
        await self._execute(_TABLE)
        await self._execute(_FUNCTION)
        for number, (step, (table, event, condition)) in enumerate(_ROWS.items()):
            await self._execute(
                f"CREATE TRIGGER hold_{number} BEFORE {event} ON {table} FOR EACH ROW"
                f" WHEN ({condition}) EXECUTE FUNCTION hold_step('{step}')"
            )

    async def hold(self, service: str, step: str) -> None:
        """From now on, the analysis of that service's incident."""
        await self._execute("INSERT INTO held VALUES (%s, %s)", service, step)

    async def comes_to_hold(self, count: int) -> bool:
        """Whether so many steps are held at once, within the time that one may be."""
        try:
            await until(lambda: self.holds(count), LONGEST)
        except TimeoutError:
            return False
        return True

    async def holds(self, count: int) -> bool:
        """Whether so many steps are held now."""
        return await self._execute(_SLEEPING) == count

    async def let_go(self) -> None:
        """The held steps' statements fail, and nothing is held any more."""
        await self._execute("DELETE FROM held")
        await self._execute(_END)

    async def _execute(self, query: str, *values: str) -> int:
        async with await psycopg.AsyncConnection.connect(
            self.conninfo, autocommit=True, connect_timeout=5
        ) as connection:
            cursor = await connection.execute(query.encode(), values or None)
            row = await cursor.fetchone() if cursor.description else None
        return int(row[0]) if row and isinstance(row[0], int) else 0
