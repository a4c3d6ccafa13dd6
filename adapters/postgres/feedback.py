"""What people said of analyses: only ever added to."""

from adapters.postgres.database import Database
from adapters.postgres.documents import read, storable
from domain.feedback import Feedback

_GIVE = """
INSERT INTO feedback (incident_id, verdict, cause, remediation, author, given_at)
VALUES (
    %(incident_id)s, %(verdict)s, %(cause)s, %(remediation)s, %(author)s, %(given_at)s
)
"""

_LIST = """
SELECT incident_id, verdict, cause, remediation, author, given_at FROM feedback
WHERE incident_id = %s ORDER BY id
"""


class PostgresFeedbacks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, feedback: Feedback) -> None:
        """Not idempotent, and harmless so: the latest counts, and the same twice says the same."""
        row = {
            **feedback.model_dump(exclude={"verdict"}),
            "verdict": feedback.verdict.value,
            "cause": storable(feedback.cause),
            "remediation": storable(feedback.remediation),
            "author": storable(feedback.author),
        }
        async with self._database.connection() as connection:
            await connection.execute(_GIVE, row)

    async def latest(self, incident_id: int) -> Feedback | None:
        given = await self.list_feedback(incident_id)
        return given[-1] if given else None

    async def list_feedback(self, incident_id: int) -> tuple[Feedback, ...]:
        async with self._database.connection() as connection:
            cursor = await connection.execute(_LIST, (incident_id,))
            return tuple([read(Feedback, row) async for row in cursor])
