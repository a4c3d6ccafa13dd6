"""What Temporal starts by the clock."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from domain.retention import RetentionState
from workflows import ids
from workflows.policies import TaskQueue
from workflows.retention import Retention

PATIENCE = timedelta(seconds=5)
AT_NIGHT = ScheduleCalendarSpec(
    hour=[ScheduleRange(3)], minute=[ScheduleRange(17)], comment="daily, 03:17 UTC"
)
JITTER = timedelta(minutes=20)
# A day that was missed is made up for by the next: there is just more to remove.
CATCH_UP = timedelta(hours=1)

Bounded = Callable[[timedelta, str], AbstractAsyncContextManager[None]]


async def schedule_retention(temporal: Client, bounded: Bounded) -> None:
    """Idempotent, from many workers at once too. A schedule that a person paused stays paused."""
    async with bounded(PATIENCE, "schedule retention"):
        try:
            await temporal.create_schedule(ids.RETENTION, _schedule())
        except ScheduleAlreadyRunningError:
            await temporal.get_schedule_handle(ids.RETENTION).update(_brought_up_to_date)


async def run_retention(temporal: Client, bounded: Bounded) -> None:
    """Now, unless it runs already."""
    async with bounded(PATIENCE, "start retention"):
        await temporal.get_schedule_handle(ids.RETENTION).trigger(
            overlap=ScheduleOverlapPolicy.SKIP
        )


def _schedule() -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            Retention.run,
            RetentionState(),
            id=ids.RETENTION,
            task_queue=TaskQueue.RAYNE,
            static_summary="remove what is old",
        ),
        spec=ScheduleSpec(calendars=[AT_NIGHT], jitter=JITTER),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=CATCH_UP),
    )


def _brought_up_to_date(known: ScheduleUpdateInput) -> ScheduleUpdate:
    schedule = _schedule()
    schedule.state = known.description.schedule.state
    return ScheduleUpdate(schedule=schedule)
