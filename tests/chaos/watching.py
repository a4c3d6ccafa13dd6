"""Looks at a storm from outside: what PostgreSQL, Temporal and Datadog say has become of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import DictRow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError

from domain.reactions import Arrivals
from tests.chaos.stage import Stage

RUNNING = 'ExecutionStatus="Running"'

_EVENTS = "SELECT id, md5(raw) AS digest, status, incident_id, error_message FROM webhook_events"
_INCIDENTS = "SELECT id, key, state, notebook ->> 'id' AS notebook FROM incidents"
_ANALYSES = "SELECT incident_id, number, state, error FROM analyses"
_MUTINGS = "SELECT key, incident_id, state, note, downtime_id FROM downtimes"


@dataclass(frozen=True)
class Seen:
    """All there is when the storm has passed."""

    events: list[DictRow]
    incidents: list[DictRow]
    analyses: list[DictRow]
    mutings: list[DictRow]
    notebooks: list[dict[str, Any]]
    downtimes: list[dict[str, Any]]
    runs: list[WorkflowExecution]
    reacted: Counter[int]  # how often what a delivery sets off was looked up
    paid: Counter[tuple[str, int]]  # how often each turn of each conversation was answered


async def is_resolved(stage: Stage, events: Iterable[int]) -> bool:
    """Whether these deliveries have come to one incident or more, each of them resolved."""
    numbers = ",".join(map(str, events)) or "0"
    query = (
        "SELECT DISTINCT i.id, i.state FROM incidents i"  # noqa: S608 -- numbers of ours
        f" JOIN webhook_events e ON e.incident_id = i.id WHERE e.id IN ({numbers})"
    )
    try:
        found = await stage.rows(query)
    except psycopg.OperationalError:
        return False
    return bool(found) and all(row["state"] == "resolved" for row in found)


async def is_settled(stage: Stage) -> bool:
    """Whether no delivery waits and no workflow runs."""
    try:
        waiting = await stage.rows("SELECT id FROM webhook_events WHERE status = 'pending' LIMIT 1")
        temporal = await stage.temporal()
        running = await temporal.count_workflows(RUNNING)
    except (psycopg.OperationalError, RPCError, RuntimeError):
        return False
    return not waiting and running.count == 0


async def look(stage: Stage, paid: Counter[tuple[str, int]]) -> Seen:
    """`paid` is what the model itself has counted."""
    kept = await stage.kept_by_datadog()
    temporal = await stage.temporal()
    runs = [run async for run in temporal.list_workflows()]
    return Seen(
        events=await stage.rows(_EVENTS),
        incidents=await stage.rows(_INCIDENTS),
        analyses=await stage.rows(_ANALYSES),
        mutings=await stage.rows(_MUTINGS),
        notebooks=kept["notebooks"],
        downtimes=kept["downtimes"],
        runs=runs,
        reacted=await _reacted(temporal, runs),
        paid=paid,
    )


async def _reacted(temporal: Client, runs: Iterable[WorkflowExecution]) -> Counter[int]:
    found: Counter[int] = Counter()
    for run in runs:
        if run.workflow_type == "IncidentLifecycle":
            found.update(await _reacted_in(temporal, run))
    return found


async def _reacted_in(temporal: Client, run: WorkflowExecution) -> list[int]:
    handle = temporal.get_workflow_handle(run.id, run_id=run.run_id)
    found = []
    async for event in handle.fetch_history_events():
        if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            continue
        asked = event.activity_task_scheduled_event_attributes
        if asked.activity_type.name == "plan_reactions":
            (arrivals,) = await temporal.data_converter.decode(asked.input.payloads, [Arrivals])
            found += [alert.event_id for alert in arrivals.alerts]
    return found


def ended_badly(run: WorkflowExecution) -> bool:
    return run.status not in (
        WorkflowExecutionStatus.COMPLETED,
        WorkflowExecutionStatus.CONTINUED_AS_NEW,
        WorkflowExecutionStatus.RUNNING,
    )
