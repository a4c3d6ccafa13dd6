"""An analysis asks for its turn."""

from datetime import timedelta

from temporalio import activity

from domain.admission import AdmissionLine, not_yet
from domain.analysis import AnalysisKey

# Beside the model's own time: sources, memory and rules, each with its retries. An analysis that
# ends gives its place back at once; this is for those that somebody terminated.
BESIDE_THE_MODEL = timedelta(minutes=45)


class AdmissionActivities:
    """`limit`: how many analyses run at once, on all workers together."""

    def __init__(self, line: AdmissionLine, *, limit: int, model_deadline: timedelta) -> None:
        self._line = line
        self._limit = limit
        self._lease = model_deadline + BESIDE_THE_MODEL

    @activity.defn
    async def await_turn(self, key: AnalysisKey) -> int:
        """How many others run. Raises Waiting until it is this one's turn.

        Safe to repeat: asking again keeps its place in line, and its turn once it has it.
        """
        standing = await self._line.ask(key, limit=self._limit, lease=self._lease)
        if not standing.may_run(self._limit):
            raise not_yet(standing, self._limit)
        return standing.running
