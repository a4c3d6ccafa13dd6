"""What the other processes may ask of our workflows: typed, bounded in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.analysis import AnalysisKey
from domain.errors import NotFound, TimedOut, Unavailable, UnexpectedReply
from domain.incidents import Dispatch, GroupingRules, IncidentStart
from domain.progress import Progress
from workflows import ids
from workflows.incident_lifecycle import IncidentLifecycle
from workflows.policies import TaskQueue
from workflows.root_cause_analysis import RootCauseAnalysis

# The SDK's own timeout is per attempt and it goes on trying for about ten seconds.
PATIENCE = timedelta(seconds=5)


class WorkflowClient:
    """Plays `IncidentWorkflows`, and answers questions about runs."""

    def __init__(self, temporal: Client) -> None:
        self._temporal = temporal

    async def deliver(self, dispatch: Dispatch, rules: GroupingRules) -> None:
        """One signal with start. A run that ended starts anew and reads the incident's state."""
        start = IncidentStart(
            incident_id=dispatch.incident_id, incident_key=dispatch.incident_key, rules=rules
        )
        async with _bounded():
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

    async def progress(self, key: AnalysisKey) -> Progress:
        """The steps of one analysis. Raises NotFound, or Unavailable where nobody answers."""
        handle = self._temporal.get_workflow_handle(ids.root_cause_analysis(key))
        async with _bounded():
            return await handle.query(RootCauseAnalysis.progress)

    async def ping(self) -> None:
        """Returns when the server answers; raises Unavailable or TimedOut."""
        async with _bounded():
            await self._temporal.service_client.check_health(timeout=PATIENCE)


@asynccontextmanager
async def _bounded() -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            yield
    except TimeoutError as error:
        raise TimedOut(f"Temporal did not answer within {PATIENCE.seconds} s") from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NotFound("Temporal knows no such run") from error
        raise Unavailable(f"Temporal refused the call: {error.status.name}") from error
    except WorkflowQueryFailedError as error:
        raise UnexpectedReply("the run could not answer") from error
    except RuntimeError as error:  # a lazy client that cannot connect raises this
        raise Unavailable("Temporal cannot be reached") from error
