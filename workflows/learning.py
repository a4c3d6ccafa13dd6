"""Memory learns apart from incidents: they may be long over when somebody says what it was."""

from temporalio import workflow

from activities.learning import LearningActivities
from domain.learning import Relearned
from workflows import policies

PAGES = 200  # of one run, so that its history stays short


@workflow.defn
class LearnFromFeedback:
    """One per incident while there is something to learn; each word on it is a signal."""

    def __init__(self) -> None:
        self._given = 0

    @workflow.run
    async def run(self, incident_id: int) -> bool:
        """Whether memory learned; not, where the incident has no finished analysis."""
        learned, heeded = False, -1
        while heeded < self._given:
            heeded = self._given
            learned = await workflow.execute_activity_method(
                LearningActivities.learn_from_feedback,
                incident_id,
                **policies.LEARNING("memory: heed what people said"),
            )
        return learned

    @workflow.signal
    def feedback_given(self) -> None:
        self._given += 1


@workflow.defn
class RebuildMemory:
    """Every incident again from the database, a page a step: what a new embedding model needs."""

    @workflow.init
    def __init__(self, so_far: Relearned) -> None:
        self._so_far = so_far

    @workflow.run
    async def run(self, _so_far: Relearned) -> Relearned:
        for _ in range(PAGES):
            if self._so_far.is_done:
                return self._so_far
            self._so_far = await workflow.execute_activity_method(
                LearningActivities.relearn,
                self._so_far,
                **policies.LEARNING(f"memory: {self._so_far.remembered} incidents so far"),
            )
        return workflow.continue_as_new(self._so_far)

    @workflow.query
    def progress(self) -> Relearned:
        return self._so_far
