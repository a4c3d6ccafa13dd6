"""What the other processes may ask of our workflows: typed, bounded in time."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from domain.analysis import AnalysisKey
from domain.errors import NotFound, UnexpectedReply
from domain.incidents import Dispatch, GroupingRules, Incident, IncidentStart
from domain.learning import Relearned
from domain.progress import Progress
from workflows import housekeeping, ids
from workflows.auto_downtime import AutoDowntime
from workflows.incident_lifecycle import IncidentLifecycle
from workflows.learning import LearnFromFeedback, RebuildMemory
from workflows.policies import TaskQueue
from workflows.reanalysis import Reanalysis
from workflows.root_cause_analysis import RootCauseAnalysis

PATIENCE = timedelta(seconds=5)

Bounded = Callable[[timedelta, str], AbstractAsyncContextManager[None]]
"""Bounds a call in time and turns Temporal's errors into ours; adapters/temporal.py has it."""


class WorkflowClient:
    """Plays `IncidentWorkflows`, and answers questions about runs."""

    def __init__(self, temporal: Client, bounded: Bounded) -> None:
        self._temporal = temporal
        self._bounded = bounded

    async def deliver(self, dispatch: Dispatch, rules: GroupingRules) -> None:
        """One signal with start. A run that ended starts anew and reads the incident's state."""
        start = IncidentStart(
            incident_id=dispatch.incident_id, incident_key=dispatch.incident_key, rules=rules
        )
        async with self._bounded(PATIENCE, "take alerts"):
            await self._temporal.start_workflow(
                IncidentLifecycle.run,
                start,
                id=ids.incident(dispatch.incident_id),
                task_queue=TaskQueue.RAYNE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=dispatch.alerts[0].title if dispatch.alerts else None,
                start_signal="alerts_arrived",
                start_signal_args=[list(dispatch.alerts)],
            )

    async def downtime_cancelled(self, key: str) -> None:
        """Tells the workflow that made the downtime of `key`. Raises NotFound where none runs."""
        if not key:
            raise NotFound("that downtime is none of Rayne's")
        handle = self._temporal.get_workflow_handle_for(AutoDowntime.run, ids.auto_downtime(key))
        async with self._bounded(PATIENCE, "take a cancelled downtime"):
            await handle.signal(AutoDowntime.cancel)

    async def analyze_again(self, key: AnalysisKey) -> None:
        """Starts that analysis, unless one that was asked for is under way already."""
        async with self._bounded(PATIENCE, "analyse again"):
            await self._temporal.start_workflow(
                Reanalysis.run,
                key,
                id=ids.reanalysis(key.incident_id),
                task_queue=TaskQueue.RAYNE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"incident {key.incident_id}: analysed again on request",
            )

    async def feedback_given(self, incident_id: int) -> None:
        """Tells memory to heed what people said of an incident; the words are in the database."""
        async with self._bounded(PATIENCE, "take feedback"):
            await self._temporal.start_workflow(
                LearnFromFeedback.run,
                incident_id,
                id=ids.learning(incident_id),
                task_queue=TaskQueue.RAYNE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=f"incident {incident_id}: what people said of it",
                start_signal="feedback_given",
            )

    async def look_again(self, incident: Incident, rules: GroupingRules) -> None:
        """Has the incident's run read the database; one that ended starts anew for it."""
        start = IncidentStart(incident_id=incident.id, incident_key=incident.key, rules=rules)
        async with self._bounded(PATIENCE, "look again at an incident"):
            await self._temporal.start_workflow(
                IncidentLifecycle.run,
                start,
                id=ids.incident(incident.id),
                task_queue=TaskQueue.RAYNE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=incident.title,
                start_signal="look_again",
            )

    async def stop_incident(self, incident_id: int) -> None:
        """Ends the incident's run and its first analysis at once. Fine where none runs."""
        await self._terminate(ids.incident(incident_id), "the incident was removed")
        first = AnalysisKey(incident_id=incident_id, number=1)
        await self.stop_analysis(first, "the incident was removed")

    async def stop_analysis(self, key: AnalysisKey, why: str) -> None:
        """Ends the analysis at once. Fine where it does not run."""
        await self._terminate(ids.root_cause_analysis(key), why)

    async def _terminate(self, workflow_id: str, why: str) -> None:
        handle = self._temporal.get_workflow_handle(workflow_id)
        with suppress(NotFound):
            async with self._bounded(PATIENCE, f"stop {workflow_id}"):
                await handle.terminate(why)

    async def run_retention(self) -> None:
        """Now, unless it runs already. Raises NotFound where no worker ever scheduled it."""
        await housekeeping.run_retention(self._temporal, self._bounded)

    async def rebuild_memory(self) -> None:
        """Starts a rebuild, unless one is under way."""
        async with self._bounded(PATIENCE, "rebuild memory"):
            await self._temporal.start_workflow(
                RebuildMemory.run,
                Relearned(),
                id=ids.REBUILD_MEMORY,
                task_queue=TaskQueue.RAYNE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary="every incident again, from the database",
            )

    async def rebuilt(self) -> Relearned:
        """How far the latest rebuild has come. Raises NotFound where there never was one."""
        handle = self._temporal.get_workflow_handle(ids.REBUILD_MEMORY)
        async with self._bounded(PATIENCE, "answer a query"):
            return await handle.query(RebuildMemory.progress)

    async def progress(self, key: AnalysisKey) -> Progress:
        """The steps of one analysis. Raises NotFound, or Unavailable where nobody answers."""
        handle = self._temporal.get_workflow_handle(ids.root_cause_analysis(key))
        try:
            async with self._bounded(PATIENCE, "answer a query"):
                return await handle.query(RootCauseAnalysis.progress)
        except WorkflowQueryFailedError as error:
            raise UnexpectedReply("the run could not answer") from error
