"""An incident from its first alert to its recovery: what Rayne does with webhooks."""

from datetime import timedelta
from typing import NoReturn

from temporalio import workflow
from temporalio.exceptions import ActivityError, ChildWorkflowError, WorkflowAlreadyStartedError

from activities.incidents import IncidentActivities
from activities.notebook import NotebookActivities
from activities.recollection import MemoryActivities
from domain.analysis import AnalysisKey, AnalysisRequest, AnalysisResult
from domain.incidents import (
    Ending,
    IncidentAlert,
    IncidentSnapshot,
    IncidentStart,
    IncidentState,
)
from domain.notices import NoticeOrder
from domain.progress import Progress, StepProgress, StepState
from domain.reactions import Arrivals
from workflows import ids, policies
from workflows.failures import reason
from workflows.reactions import react
from workflows.root_cause_analysis import RootCauseAnalysis
from workflows.search_attributes import INCIDENT, MONITOR, OUTCOME, SERVICE, TRANSITION
from workflows.telling import Teller

# Runs that began before there were reactions go on without them: their order is fixed.
REACTIONS = "reactions"
PATIENT_END = "patient-end"  # and before it, an ending waited for a signal alone
LONG_ANALYSIS = "long-analysis"  # and before it, no run was ended while its analysis went on

LOOK_AGAIN = timedelta(minutes=1)  # where nobody tells us


@workflow.defn
class IncidentLifecycle:
    """Signals say that something arrived; the database, written before any signal, says what is.

    So a run that starts anew (after idling, or after somebody terminated it) loses nothing, and a
    signal that comes twice changes nothing.
    """

    @workflow.init
    def __init__(self, start: IncidentStart) -> None:
        self._start = start
        self._changed = False
        self._alerts: dict[int, IncidentAlert] = {}
        self._analysis_wanted = False
        self._analysis_failed = start.analysis_failed
        self._running: AnalysisKey | None = None
        self._state = IncidentState.OPEN
        self._problems: list[str] = []
        self._teller = Teller()

    @workflow.run
    async def run(self, _start: IncidentStart) -> IncidentState:
        await self._follow()
        while workflow.patched(REACTIONS) and not await self._settles():
            await self._follow()
        return self._state

    async def _follow(self) -> None:
        """Until the incident has ended."""
        self._state = IncidentState.OPEN
        while self._state is IncidentState.OPEN:
            self._changed = False
            incident = await self._load()
            self._tell_of_the_analysis(incident)
            if incident.state is IncidentState.RESOLVED:
                self._state = incident.state
                if incident.merged_into:
                    await self._mark_notebook_resolved(incident)
            elif self._analysis_due(incident):
                await self._analyze(incident)
            elif incident.recovered_at:
                await self._resolve(incident)
            else:
                await self._wait(incident)

    @workflow.signal
    async def alerts_arrived(self, alerts: list[IncidentAlert]) -> None:
        """Returns when what the alerts set off is done; meanwhile the incident is analysed."""
        new = [alert for alert in alerts if alert.event_id not in self._alerts]
        for alert in new:
            self._alerts[alert.event_id] = alert
            self._analysis_wanted |= alert.starts_analysis(self._start.rules)
            self._changed = True
        if new and workflow.patched(REACTIONS):
            await self._react(new)

    @workflow.signal
    def look_again(self) -> None:
        """Somebody changed the incident in the database."""
        self._changed = True

    @workflow.query
    def progress(self) -> Progress:
        """The alerts so far, the analysis under way (its own run knows its steps), the state."""
        steps = [StepProgress(name=f"{len(self._alerts)} alerts", state=StepState.DONE)]
        if self._running:
            name = ids.root_cause_analysis(self._running)
            steps.append(StepProgress(name=name, state=StepState.RUNNING))
        open_now = StepState.RUNNING if self._state is IncidentState.OPEN else StepState.DONE
        steps.append(StepProgress(name=self._state, state=open_now, note=self._analysis_failed))
        problems = (*self._problems, *self._teller.problems)
        steps += [StepProgress(name=p, state=StepState.DEGRADED) for p in problems]
        return Progress(steps=tuple(steps))

    async def _react(self, alerts: list[IncidentAlert]) -> None:
        arrivals = Arrivals(incident_id=self._start.incident_id, alerts=tuple(alerts))
        self._problems += await react(arrivals, self._teller)

    def _tell_of_the_analysis(self, incident: IncidentSnapshot) -> None:
        occasion = incident.to_tell(analysis_failed=bool(self._analysis_failed))
        if occasion:
            self._teller.tell([NoticeOrder(incident_id=incident.id, occasion=occasion)])

    async def _settles(self) -> bool:
        """False when something arrived meanwhile; else everything set off is done."""
        if self._state is IncidentState.RESOLVED:
            await self._react([])  # whoever closed it, what is muted for it is lifted
        await workflow.wait_condition(lambda: self._changed or self._is_alone())
        return not self._changed

    async def _load(self) -> IncidentSnapshot:
        incident = await workflow.execute_activity_method(
            IncidentActivities.load_incident,
            self._start.incident_id,
            **policies.STORE("load the incident"),
        )
        columns = [
            INCIDENT.value_set(str(incident.id)),
            MONITOR.value_set(str(incident.monitor_id or "")),
            SERVICE.value_set(incident.service),
            OUTCOME.value_set(incident.outcome),
        ]
        if self._alerts:  # else it stays as an earlier stretch of this run has set it
            latest = max(self._alerts.values(), key=lambda a: (a.happened_at, a.event_id))
            columns.append(TRANSITION.value_set(latest.transition))
        workflow.upsert_search_attributes(columns)
        return incident

    def _analysis_due(self, incident: IncidentSnapshot) -> bool:
        """Once per incident; one that was cut short (no outcome) goes on under its number."""
        if self._analysis_failed or incident.outcome:
            return False
        if self._analysis_wanted or incident.analyses > 0:
            return True
        # A run that began anew was told only the latest; the database knows what came before.
        return incident.calls_for_analysis(self._start.rules)

    async def _analyze(self, incident: IncidentSnapshot) -> None:
        self._running = AnalysisKey(incident_id=incident.id, number=max(incident.analyses, 1))
        try:
            await self._follow_analysis(await self._start_analysis(self._running, incident.title))
        except WorkflowAlreadyStartedError:
            await self._look_again_later()
        except ChildWorkflowError as error:
            self._analysis_failed = reason(error)
            await self._note_failed_analysis(self._running)
        self._running = None

    async def _start_analysis(
        self, key: AnalysisKey, title: str
    ) -> workflow.ChildWorkflowHandle[RootCauseAnalysis, AnalysisResult]:
        """It outlives this run, which may end for its history's length or by somebody's hand."""
        return await workflow.start_child_workflow(
            RootCauseAnalysis.run,
            AnalysisRequest(key=key, group_wait=self._start.rules.group_wait),
            id=ids.root_cause_analysis(key),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            static_summary=title,
        )

    async def _follow_analysis(
        self, analysis: workflow.ChildWorkflowHandle[RootCauseAnalysis, AnalysisResult]
    ) -> None:
        """Until it has ended. A notebook may take a day, and signals fill the history meanwhile."""
        if workflow.patched(LONG_ANALYSIS):
            await workflow.wait_condition(lambda: analysis.done() or self._is_too_long())
            if not analysis.done():
                self._begin_anew()
        await analysis

    async def _look_again_later(self) -> None:
        """The analysis was begun by an earlier run, so nobody will tell us when it has ended."""
        if self._is_too_long():
            self._begin_anew()
        await self._changes_within(LOOK_AGAIN, "the analysis goes on")

    def _is_too_long(self) -> bool:
        """Whether the history should end here, and may: nothing is under way but the analysis."""
        return self._is_alone() and workflow.info().is_continue_as_new_suggested()

    def _is_alone(self) -> bool:
        return workflow.all_handlers_finished() and self._teller.is_idle

    def _begin_anew(self) -> NoReturn:
        """The database has everything else."""
        start = self._start.model_copy(update={"analysis_failed": self._analysis_failed})
        workflow.continue_as_new(start)

    async def _note_failed_analysis(self, key: AnalysisKey) -> None:
        await workflow.execute_activity_method(
            IncidentActivities.note_failed_analysis,
            args=[key, self._analysis_failed],
            **policies.STORE("note that the analysis failed"),
        )

    async def _resolve(self, incident: IncidentSnapshot) -> None:
        """Close the door first (the next alert opens a new incident), then tell the world."""
        if not await self._end(incident, IncidentState.RESOLVED):
            return
        await self._mark_notebook_resolved(incident)
        await self._remember_duration(incident)

    async def _mark_notebook_resolved(self, incident: IncidentSnapshot) -> None:
        try:
            await workflow.execute_activity_method(
                NotebookActivities.resolve_notebook,
                incident.id,
                **policies.NOTEBOOK("mark the notebook resolved"),
            )
        except ActivityError as error:
            workflow.logger.warning("notebook.not_resolved", extra={"reason": reason(error)})

    async def _remember_duration(self, incident: IncidentSnapshot) -> None:
        try:
            await workflow.execute_activity_method(
                MemoryActivities.note_duration,
                incident.id,
                **policies.MEMORY("remember how long it lasted"),
            )
        except ActivityError as error:
            workflow.logger.warning("memory.no_duration", extra={"reason": reason(error)})

    async def _wait(self, incident: IncidentSnapshot) -> None:
        """Sleep until something arrives; after `group_idle` of silence, idle."""
        if self._is_too_long() and not self._changed:
            self._begin_anew()
        idle = self._start.rules.group_idle
        if not await self._changes_within(idle, "group idle: nothing new arrived"):
            await self._end(incident, IncidentState.IDLE)

    async def _end(self, incident: IncidentSnapshot, state: IncidentState) -> bool:
        """False when more has joined than we know of: its signal is on the way, look again."""
        ended = await workflow.execute_activity_method(
            IncidentActivities.end_incident,
            Ending(
                incident_id=incident.id,
                state=state,
                deliveries=incident.deliveries,
                ended_at=incident.recovered_at or workflow.now(),
            ),
            **policies.STORE(f"end the incident: {state}"),
        )
        if ended:
            self._state = state
            return True
        await self._hear_of_it()
        return False

    async def _hear_of_it(self) -> None:
        """Not for ever: what joined may be put right in the database, and no signal come of it."""
        if workflow.patched(PATIENT_END):
            await self._changes_within(LOOK_AGAIN, "more has joined: its signal is on the way")
        else:
            await workflow.wait_condition(lambda: self._changed)

    async def _changes_within(self, time: timedelta, what: str) -> bool:
        """Whether something new arrived before the time was up."""
        try:
            await workflow.wait_condition(lambda: self._changed, timeout=time, timeout_summary=what)
        except TimeoutError:
            return False
        return True
