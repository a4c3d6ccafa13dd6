"""Memory learns: from what people say afterwards, and anew when its embedding model changes."""

from temporalio import activity

from activities.remembering import Rememberer
from domain.learning import Relearned
from domain.learning_ports import FinishedAnalyses

PAGE = 10  # incidents of one step: what is done again after a crash


class LearningActivities:
    def __init__(self, finished: FinishedAnalyses, rememberer: Rememberer) -> None:
        self._finished = finished
        self._rememberer = rememberer

    @activity.defn
    async def learn_from_feedback(self, incident_id: int) -> bool:
        """Remembers the incident again, with what people said: safe to repeat.

        False where none of its analyses has finished: there is nothing yet to be right about.
        """
        keys = await self._finished.list_finished(after=incident_id - 1, limit=1)
        if not keys or keys[0].incident_id != incident_id:
            return False
        await self._rememberer.remember_anew(keys[0])
        return True

    @activity.defn
    async def relearn(self, so_far: Relearned) -> Relearned:
        """The next page of incidents, remembered again from the database. Safe to repeat."""
        keys = await self._finished.list_finished(after=so_far.last_id, limit=PAGE)
        for key in keys:
            await self._rememberer.remember_anew(key)
        return Relearned(
            last_id=keys[-1].incident_id if keys else so_far.last_id,
            remembered=so_far.remembered + len(keys),
            is_done=len(keys) < PAGE,
        )
