"""What models said and asked, kept so that nothing is paid or asked twice."""

from datetime import datetime
from decimal import Decimal

from adapters.postgres.database import Database
from adapters.postgres.documents import document, read
from domain.analysis import AnalysisKey
from domain.investigation import ToolResult, Transcript, Turn

# The moment stays: a turn that is saved again was paid once.
_SAVE_TURN = """
INSERT INTO model_turns (incident_id, number, turn, dollars, said)
VALUES (%(incident_id)s, %(number)s, %(turn)s, %(dollars)s, %(said)s)
ON CONFLICT (incident_id, number, turn) DO UPDATE SET
    dollars = excluded.dollars, said = excluded.said
"""

_SAVE_RESULT = """
INSERT INTO tool_calls (incident_id, number, turn, place, result)
VALUES (%(incident_id)s, %(number)s, %(turn)s, %(place)s, %(result)s)
ON CONFLICT (incident_id, number, turn, place) DO UPDATE SET result = excluded.result
"""

_TURNS = """
SELECT said FROM model_turns
WHERE incident_id = %(incident_id)s AND number = %(number)s ORDER BY turn
"""

_RESULTS = """
SELECT result FROM tool_calls
WHERE incident_id = %(incident_id)s AND number = %(number)s ORDER BY turn, place
"""

_SPENT = "SELECT coalesce(sum(dollars), 0) AS dollars FROM model_turns WHERE saved_at >= %s"


class PostgresTranscripts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_turn(self, key: AnalysisKey, turn: Turn, dollars: Decimal) -> None:
        """Raises NotFound where there is no such analysis."""
        async with self._database.connection() as connection:
            await connection.execute(
                _SAVE_TURN,
                {
                    **key.model_dump(),
                    "turn": turn.number,
                    "dollars": dollars,
                    "said": document(turn),
                },
            )

    async def save_result(self, key: AnalysisKey, result: ToolResult) -> None:
        """Raises NotFound where there is no such analysis."""
        async with self._database.connection() as connection:
            await connection.execute(
                _SAVE_RESULT,
                {
                    **key.model_dump(),
                    "turn": result.turn,
                    "place": result.index,
                    "result": document(result),
                },
            )

    async def get_transcript(self, key: AnalysisKey) -> Transcript:
        """An empty one for an analysis that never asked a model."""
        async with self._database.connection() as connection:
            turns = await connection.execute(_TURNS, key.model_dump())
            said = [row["said"] async for row in turns]
            results = await connection.execute(_RESULTS, key.model_dump())
            found = [row["result"] async for row in results]
        return read(Transcript, {"turns": said, "results": found})

    async def spent_since(self, moment: datetime) -> Decimal:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_SPENT, (moment,))
            row = await cursor.fetchone()
        return Decimal(row["dollars"]) if row else Decimal(0)
