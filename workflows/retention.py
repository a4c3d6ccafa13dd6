"""Data keep their size: once a day what is old is removed, batch by batch."""

from temporalio import workflow

from activities.retention import RetentionActivities
from domain.retention import Kind, RetentionPlan, RetentionState
from workflows import policies

BATCHES = 200  # of one run, so that its history stays short


@workflow.defn
class Retention:
    """Started by a schedule or by hand. A killed one goes on at its next batch."""

    @workflow.init
    def __init__(self, state: RetentionState) -> None:
        self._state = state

    @workflow.run
    async def run(self, _state: RetentionState) -> dict[Kind, int]:
        """How many rows of each kind were removed; of evidence, analyses."""
        plan = self._state.plan
        if plan is None:
            plan = await self._plan()
            self._state = self._state.begun(plan)
        for _ in range(BATCHES):
            if not self._state.left:
                return self._state.removed
            await self._remove(plan)
        return workflow.continue_as_new(self._state)

    @workflow.query
    def progress(self) -> RetentionState:
        return self._state

    async def _plan(self) -> RetentionPlan:
        return await workflow.execute_activity_method(
            RetentionActivities.plan_retention,
            workflow.now(),
            **policies.STORE("what is old by today's settings"),
        )

    async def _remove(self, plan: RetentionPlan) -> None:
        kind = self._state.left[0]
        so_far = self._state.removed.get(kind, 0)
        batch = await workflow.execute_activity_method(
            RetentionActivities.remove_batch,
            args=[kind, plan.before[kind], self._state.after],
            **policies.STORE(f"{kind}: {so_far} removed so far"),
        )
        self._state = self._state.with_batch(batch)
