"""From an incident to an explained one: the order of the steps of an analysis."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.admission import AdmissionActivities
from activities.analysis import AnalysisActivities
from activities.evidence import EvidenceActivities
from activities.framing import FramingActivities
from activities.notebook import NotebookActivities
from activities.preparation import PreparationActivities
from activities.recollection import MemoryActivities
from domain.analysis import AnalysisRequest, AnalysisResult, AnalystKind
from domain.case import Frame
from domain.evidence import Source, SourceResult, SourceStatus
from domain.progress import Progress, StepState
from workflows import policies
from workflows.failures import reason
from workflows.investigation import Investigation, OneQuestion
from workflows.search_attributes import INCIDENT, MONITOR, OUTCOME, SERVICE

STEPS = (
    "group wait",
    "turn",
    "frame",
    "logs",
    "baseline logs",
    "events",
    "host",
    "monitor",
    "metrics",
    "related logs",
    "spans",
    "health",
    "prepare",
    "embed",
    "similar incidents",
    "digest",
    "investigate",
    "check claims",
    "write notebook",
    "remember",
)

# Runs that began before there were turns go on with one call: their order is fixed.
INVESTIGATION = "investigation"
HEALTH_LAST = "health-last"  # and before it, health was asked with the rest
IN_TURN = "in-turn"  # and before it, all ran at once


@workflow.defn
class RootCauseAnalysis:
    """One analysis of one incident. Its evidence and words are in Postgres, keyed by the analysis;
    the history carries the frame, counts and verdicts.
    """

    @workflow.init
    def __init__(self, request: AnalysisRequest) -> None:
        self._key = request.key
        self._progress = Progress.planned(STEPS)

    @workflow.run
    async def run(self, request: AnalysisRequest) -> AnalysisResult:
        await self._wait_for_the_first_wave(request.group_wait)
        if workflow.patched(IN_TURN):
            await self._await_turn()
        frame = await self._frame()
        await self._prefetch(frame)
        await self._prepare()
        await self._find_similar(frame)
        await self._explain(frame)
        result = await self._check_claims()
        notebook_url = await self._write_notebook()
        await self._remember()
        return result.model_copy(update={"notebook_url": notebook_url})

    @workflow.query
    def progress(self) -> Progress:
        return self._progress

    async def _wait_for_the_first_wave(self, group_wait: timedelta) -> None:
        self._move("group wait", StepState.RUNNING)
        if group_wait > timedelta(0):
            await workflow.sleep(group_wait, summary="group wait: collect the first wave")
        self._move("group wait", StepState.DONE)

    async def _await_turn(self) -> None:
        """Its place in line is given back by the steps that store how it ended."""
        self._move("turn", StepState.RUNNING, "the most urgent first, then the oldest")
        running = await workflow.execute_activity_method(
            AdmissionActivities.await_turn,
            self._key,
            **policies.STORE("turn: wait until fewer analyses run"),
        )
        self._move("turn", StepState.DONE, f"beside {running} others")

    async def _frame(self) -> Frame:
        self._move("frame", StepState.RUNNING)
        frame = await workflow.execute_activity_method(
            FramingActivities.frame_analysis,
            self._key,
            **policies.STORE("frame: fix the window, services and hosts"),
        )
        workflow.upsert_search_attributes(
            [
                INCIDENT.value_set(str(frame.incident_id)),
                MONITOR.value_set(str(frame.monitor_id or "")),
                SERVICE.value_set(frame.services[0] if frame.services else ""),
            ]
        )
        self._move("frame", StepState.DONE, frame.title)
        return frame

    async def _prefetch(self, frame: Frame) -> None:
        """Ask every source at once; one that stays silent is noted and the rest goes on."""
        fetch = EvidenceActivities
        sources = [
            self._ask(Source.LOGS, "logs", fetch.fetch_logs, frame),
            self._ask(Source.BASELINE_LOGS, "baseline logs", fetch.fetch_baseline_logs, frame),
            self._ask(Source.EVENTS, "events", fetch.fetch_events, frame),
            self._ask(Source.HOST, "host", fetch.fetch_host, frame),
            self._ask(Source.MONITOR, "monitor", fetch.fetch_monitor, frame),
            self._ask(Source.METRICS, "metrics", fetch.fetch_metrics, frame),
        ]
        if workflow.patched(INVESTIGATION):
            sources += [
                self._ask(Source.RELATED_LOGS, "related logs", fetch.fetch_related_logs, frame),
                self._ask(Source.SPANS, "spans", fetch.fetch_spans, frame),
            ]
            if not workflow.patched(HEALTH_LAST):
                sources.append(self._ask(Source.HEALTH, "health", fetch.fetch_health, frame))
        await asyncio.gather(*sources)
        if workflow.patched(HEALTH_LAST):
            # Whose health to ask for, spans and other services' errors have just told.
            await self._ask(Source.HEALTH, "health", fetch.fetch_health, frame)

    async def _ask(
        self,
        source: Source,
        step: str,
        fetch: Callable[[EvidenceActivities, Frame], Awaitable[SourceResult]],
        frame: Frame,
    ) -> None:
        answer = workflow.execute_activity_method(
            fetch,
            frame,
            **policies.DATADOG(f"prefetch {step}"),
        )
        await self._settle_source(source, step, answer)

    async def _prepare(self) -> None:
        """Clean and number the evidence once: later steps read what came of it."""
        if not workflow.patched(INVESTIGATION):
            return
        self._move("prepare", StepState.RUNNING)
        items = await workflow.execute_activity_method(
            PreparationActivities.prepare_case,
            self._key,
            **policies.RULES("prepare: clean and number the evidence"),
        )
        self._move("prepare", StepState.DONE, f"{items} items")

    async def _find_similar(self, frame: Frame) -> None:
        await self._embed(frame)
        answer = workflow.execute_activity_method(
            MemoryActivities.find_similar,
            frame,
            **policies.MEMORY("memory: similar past incidents"),
        )
        await self._settle_source(Source.SIMILAR, "similar incidents", answer)

    async def _embed(self, frame: Frame) -> None:
        """Without a vector the search goes on by words alone."""
        self._move("embed", StepState.RUNNING)
        try:
            model = await workflow.execute_activity_method(
                MemoryActivities.embed_incident,
                frame,
                **policies.EMBEDDING("embed the incident's text"),
            )
        except ActivityError as error:
            self._move("embed", StepState.DEGRADED, reason(error))
            return
        self._move("embed", StepState.DONE, model)

    async def _settle_source(
        self, source: Source, step: str, answer: Awaitable[SourceResult]
    ) -> None:
        """Whatever comes of asking ends as data: found, nothing there, or could not ask."""
        self._move(step, StepState.RUNNING)
        try:
            result = await answer
        except ActivityError as error:
            result = SourceResult(
                source=source, status=SourceStatus.COULD_NOT_ASK, note=reason(error)
            )
            await workflow.execute_activity_method(
                EvidenceActivities.note_unanswered,
                args=[self._key, result],
                **policies.STORE(f"note that {step} could not be asked"),
            )
        self._move(step, *_as_progress(result))

    async def _explain(self, frame: Frame) -> None:
        """By Claude where that is wished and comes off, else by the rules, which say why."""
        no_digest = await self._write_digest()
        self._move("investigate", StepState.RUNNING)
        instead_of_claude = ""
        if frame.analyst is AnalystKind.CLAUDE:
            instead_of_claude = no_digest or await self._ask_claude(frame)
            if not instead_of_claude:
                return
        await workflow.execute_activity_method(
            AnalysisActivities.apply_rules,
            args=[self._key, instead_of_claude],
            **policies.RULES("investigate: rules over the evidence"),
        )
        degraded = StepState.DEGRADED if instead_of_claude else StepState.DONE
        self._move("investigate", degraded, instead_of_claude or "rules")

    async def _write_digest(self) -> str:
        """Why there is none, or "". Claude has nothing to begin with then; the rules need none."""
        if not workflow.patched(INVESTIGATION):
            return ""
        self._move("digest", StepState.RUNNING)
        try:
            extent = await workflow.execute_activity_method(
                PreparationActivities.write_digest,
                self._key,
                **policies.RULES("digest: what the analyst reads first"),
            )
        except ActivityError as error:
            self._move("digest", StepState.DEGRADED, reason(error))
            return f"the digest could not be written: {reason(error)}"
        self._move("digest", StepState.DONE, extent)
        return ""

    async def _ask_claude(self, frame: Frame) -> str:
        """Why Claude explained nothing, or ""."""
        if workflow.patched(INVESTIGATION):
            asking: Investigation | OneQuestion = Investigation(frame, self._tell_turn)
        else:
            asking = OneQuestion(frame)
        problem = await asking.run()
        if not problem:
            self._move("investigate", StepState.DONE, asking.model)
        return problem

    def _tell_turn(self, note: str) -> None:
        self._move("investigate", StepState.RUNNING, note)

    async def _check_claims(self) -> AnalysisResult:
        self._move("check claims", StepState.RUNNING)
        result = await workflow.execute_activity_method(
            AnalysisActivities.check_claims,
            self._key,
            **policies.RULES("check every claim against its evidence"),
        )
        workflow.upsert_search_attributes([OUTCOME.value_set(result.outcome)])
        self._move("check claims", StepState.DONE, result.outcome)
        return result

    async def _write_notebook(self) -> str:
        """The notebook's URL. A refused notebook loses no analysis: the report stays in Rayne."""
        self._move("write notebook", StepState.RUNNING)
        try:
            notebook = await workflow.execute_activity_method(
                NotebookActivities.write_notebook,
                self._key,
                **policies.NOTEBOOK("write the Datadog notebook"),
            )
        except ActivityError as error:
            self._move("write notebook", StepState.DEGRADED, reason(error))
            return ""
        self._move("write notebook", StepState.DONE, notebook.url)
        return notebook.url

    async def _remember(self) -> None:
        self._move("remember", StepState.RUNNING)
        try:
            await workflow.execute_activity_method(
                MemoryActivities.remember_incident,
                self._key,
                **policies.MEMORY("remember the incident"),
            )
        except ActivityError as error:
            self._move("remember", StepState.DEGRADED, reason(error))
            return
        self._move("remember", StepState.DONE)

    def _move(self, step: str, state: StepState, note: str = "") -> None:
        self._progress = self._progress.with_step(step, state, note)


def _as_progress(result: SourceResult) -> tuple[StepState, str]:
    if result.status is SourceStatus.COULD_NOT_ASK:
        return StepState.DEGRADED, f"could not ask: {result.note}"
    if result.status is SourceStatus.NOTHING:
        return StepState.DONE, "nothing there"
    return StepState.DONE, f"{result.count} found" + (f"; {result.note}" if result.note else "")
