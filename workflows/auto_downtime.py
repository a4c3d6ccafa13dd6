"""A monitor's group, muted in Datadog for one episode and one webhook config."""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.downtimes import DowntimeActivities
from domain.mutings import MutingEnd, MutingOrder, MutingOutcome, MutingState, MutingWish
from domain.progress import Progress, StepState
from workflows import policies
from workflows.failures import reason
from workflows.search_attributes import INCIDENT, MONITOR, OUTCOME

STEPS = ("mute", "wait", "lift")


@workflow.defn
class AutoDowntime:
    """Signals say that something changed; the database says what. Outlives its incident's run."""

    @workflow.init
    def __init__(self, order: MutingOrder) -> None:
        self._order = order
        self._changed = False
        self._cancelled = False
        self._progress = Progress.planned(STEPS)

    @workflow.run
    async def run(self, order: MutingOrder) -> MutingState:
        self._label("")
        try:
            muted = await self._mute(workflow.now() + order.duration)
        except ActivityError as error:
            self._move("mute", StepState.DEGRADED, reason(error))
            return await self._note(MutingState.FAILED, reason(error))
        self._move("mute", StepState.DONE, muted.state)
        if muted.state is MutingState.ACTIVE:
            return await self._end(await self._wait(muted.ends_at))
        self._label(muted.state)
        return muted.state

    @workflow.signal
    def look_again(self) -> None:
        """What is muted has recovered, or its incident was closed."""
        self._changed = True

    @workflow.signal
    def cancel(self) -> None:
        """Somebody wants it lifted now."""
        self._cancelled = True

    @workflow.query
    def progress(self) -> Progress:
        return self._progress

    async def _mute(self, ends_at: datetime) -> MutingOutcome:
        """Tried until it would be over anyway."""
        self._move("mute", StepState.RUNNING)
        return await workflow.execute_activity_method(
            DowntimeActivities.mute_monitor,
            MutingWish(key=self._order.key, ends_at=ends_at),
            **policies.downtime(self._order.duration)(f"mute monitor {self._order.monitor_id}"),
        )

    async def _wait(self, ends_at: datetime) -> MutingState:
        """Until there is a reason to lift: which one."""
        self._move("wait", StepState.RUNNING, f"at the latest until {ends_at:%Y-%m-%d %H:%M} UTC")
        state = await self._wait_for_a_reason(ends_at)
        self._move("wait", StepState.DONE, state)
        return state

    async def _wait_for_a_reason(self, ends_at: datetime) -> MutingState:
        if self._order.trigger == "alert" and not await self._recovers(ends_at):
            return MutingState.CANCELLED if self._cancelled else MutingState.ENDED
        lift_at = ends_at
        if self._order.trigger == "alert":
            lift_at = min(workflow.now() + self._order.grace, ends_at)
        if not await self._passes(lift_at, "until it is lifted", lambda: self._cancelled):
            return MutingState.CANCELLED
        return MutingState.ENDED if lift_at == ends_at else MutingState.LIFTED

    async def _recovers(self, ends_at: datetime) -> bool:
        """False when it was cancelled, or still alerts at its end."""
        while await self._is_alerting():
            if await self._passes(
                ends_at, "until its end", lambda: self._changed or self._cancelled
            ):
                return False
            if self._cancelled:
                return False
        return True

    async def _is_alerting(self) -> bool:
        self._changed = False
        return await workflow.execute_activity_method(
            DowntimeActivities.is_alerting,
            self._order.key,
            **policies.STORE("does it still alert?"),
        )

    async def _passes(self, moment: datetime, what: str, interrupted: Callable[[], bool]) -> bool:
        """True once it is `moment`, False when interrupted before."""
        try:
            await workflow.wait_condition(
                interrupted,
                timeout=max(moment - workflow.now(), timedelta(0)),
                timeout_summary=what,
            )
        except TimeoutError:
            return True
        return False

    async def _end(self, state: MutingState) -> MutingState:
        """Datadog ends by itself what has reached its end; everything else is cancelled there."""
        if state is MutingState.ENDED:
            return await self._note(state)
        self._move("lift", StepState.RUNNING)
        try:
            await workflow.execute_activity_method(
                DowntimeActivities.lift_downtime,
                self._ended(state),
                **policies.NOTEBOOK("lift the downtime"),
            )
        except ActivityError as error:
            self._move("lift", StepState.DEGRADED, reason(error))
            return await self._note(MutingState.FAILED, f"could not be lifted: {reason(error)}")
        self._move("lift", StepState.DONE, state)
        self._label(state)
        return state

    async def _note(self, state: MutingState, note: str = "") -> MutingState:
        await workflow.execute_activity_method(
            DowntimeActivities.note_muting,
            self._ended(state, note),
            **policies.STORE(f"note: {state}"),
        )
        self._label(state)
        return state

    def _ended(self, state: MutingState, note: str = "") -> MutingEnd:
        return MutingEnd(key=self._order.key, state=state, note=note, over_at=workflow.now())

    def _label(self, outcome: str) -> None:
        workflow.upsert_search_attributes(
            [
                INCIDENT.value_set(str(self._order.incident_id)),
                MONITOR.value_set(str(self._order.monitor_id or "")),
                OUTCOME.value_set(outcome),
            ]
        )

    def _move(self, step: str, state: StepState, note: str = "") -> None:
        self._progress = self._progress.with_step(step, state, note)
