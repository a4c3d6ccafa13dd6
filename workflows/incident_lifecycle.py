"""An incident from its first alert to its recovery: what Rayne does with webhooks."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ChildWorkflowError

from activities.incidents import IncidentActivities
from activities.notebook import NotebookActivities
from activities.recollection import MemoryActivities
from domain.analysis import AnalysisKey, AnalysisRequest
from domain.incidents import (
    Ending,
    IncidentAlert,
    IncidentSnapshot,
    IncidentStart,
    IncidentState,
)
from domain.progress import Progress, StepProgress, StepState
from workflows import ids, policies
from workflows.failures import reason
from workflows.root_cause_analysis import RootCauseAnalysis
from workflows.search_attributes import INCIDENT, MONITOR, OUTCOME, SERVICE, TRANSITION


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
        self._analysis_failed = ""
        self._running: AnalysisKey | None = None
        self._state = IncidentState.OPEN

    @workflow.run
    async def run(self, _start: IncidentStart) -> IncidentState:
        while self._state is IncidentState.OPEN:
            self._changed = False
            incident = await self._load()
            if incident.state is IncidentState.RESOLVED:
                return incident.state
            if self._analysis_due(incident):
                await self._analyze(incident)
            elif incident.recovered_at:
                await self._resolve(incident)
            else:
                await self._wait(incident)
        return self._state

    @workflow.signal
    def alerts_arrived(self, alerts: list[IncidentAlert]) -> None:
        for alert in alerts:
            if alert.event_id in self._alerts:
                continue
            self._alerts[alert.event_id] = alert
            self._analysis_wanted |= alert.starts_analysis(self._start.rules)
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
        return Progress(steps=tuple(steps))

    async def _load(self) -> IncidentSnapshot:
        incident = await workflow.execute_activity_method(
            IncidentActivities.load_incident,
            self._start.incident_id,
            **policies.STORE("load the incident"),
        )
        latest = max(self._alerts.values(), key=lambda a: (a.happened_at, a.event_id), default=None)
        workflow.upsert_search_attributes(
            [
                INCIDENT.value_set(str(incident.id)),
                MONITOR.value_set(str(incident.monitor_id or "")),
                SERVICE.value_set(incident.service),
                TRANSITION.value_set(latest.transition if latest else ""),
                OUTCOME.value_set(incident.outcome),
            ]
        )
        return incident

    def _analysis_due(self, incident: IncidentSnapshot) -> bool:
        """Once per incident; one that was cut short (no outcome) goes on under its number."""
        if self._analysis_failed or incident.outcome:
            return False
        return self._analysis_wanted or incident.analyses > 0

    async def _analyze(self, incident: IncidentSnapshot) -> None:
        self._running = AnalysisKey(incident_id=incident.id, number=max(incident.analyses, 1))
        try:
            await workflow.execute_child_workflow(
                RootCauseAnalysis.run,
                AnalysisRequest(key=self._running, group_wait=self._start.rules.group_wait),
                id=ids.root_cause_analysis(self._running),
                static_summary=incident.title,
            )
        except ChildWorkflowError as error:
            self._analysis_failed = reason(error)
            await self._note_failed_analysis(self._running)
        self._running = None

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
        if workflow.info().is_continue_as_new_suggested() and not self._changed:
            workflow.continue_as_new(self._start)
        try:
            await workflow.wait_condition(
                lambda: self._changed,
                timeout=self._start.rules.group_idle,
                timeout_summary="group idle: nothing new arrived",
            )
        except TimeoutError:
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
        await workflow.wait_condition(lambda: self._changed)
        return False
