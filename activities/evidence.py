"""Ask Datadog what it knows about an incident, one source at a time.

Every step reads Datadog and overwrites its own source of its own analysis: safe to repeat. Windows
come from the frame, so a retry an hour later reads the same minutes.
"""

from collections.abc import Mapping

from temporalio import activity

from domain import searches
from domain.analysis import AnalysisKey
from domain.case import Evidence, Frame
from domain.errors import NotFound
from domain.evidence import Source, SourceResult, SourceStatus, Window
from domain.monitor_query import metric_of
from domain.neighbours import services_around
from domain.ports import Analyses, Datadog, Events
from domain.service_health import thinned

MAX_LOGS = 1000  # lines per window: one page of Datadog's
MAX_RELATED_LOGS = 500  # per window: other services matter less than ours
MAX_EVENTS = 500
# Datadog allows 300 span searches an hour, and an analysis takes two.
MAX_TROUBLED_SPANS = 600
MAX_USUAL_SPANS = 400  # enough to see who calls whom
MAX_HEALTH_SERVICES = 6  # a request each


class EvidenceActivities:
    def __init__(self, datadog: Datadog, analyses: Analyses) -> None:
        self._datadog = datadog
        self._analyses = analyses

    @activity.defn
    async def fetch_logs(self, frame: Frame) -> SourceResult:
        """Errors and warnings of the incident's services and hosts, in its window."""
        return await self._search_logs(frame, Source.LOGS, frame.window)

    @activity.defn
    async def fetch_baseline_logs(self, frame: Frame) -> SourceResult:
        """The same search over the hours before the window: what was normal."""
        before = Window(start=frame.changes.start, end=frame.window.start)
        return await self._search_logs(frame, Source.BASELINE_LOGS, before)

    @activity.defn
    async def fetch_events(self, frame: Frame) -> SourceResult:
        """Changes anywhere and everything about our services and hosts, hours back.

        Where the environment has more to report than fits, what is surely a change is asked for
        apart, so that none is lost among the rest.
        """
        answer = await self._search_events(frame, searches.all_events(frame))
        found, note = answer.events, answer.partial
        if answer.partial:
            narrow = await self._search_events(frame, searches.events(frame))
            once = {event.event_id: event for event in (*found, *narrow.events)}
            found = tuple(sorted(once.values(), key=lambda event: event.happened_at))
            note = f"of everything: {note}" + (f"; {narrow.partial}" if narrow.partial else "")
        evidence = Evidence(events=found)
        return await self._keep(frame, Source.EVENTS, evidence, len(found), note)

    @activity.defn
    async def fetch_host(self, frame: Frame) -> SourceResult:
        """The first host that the alerts name."""
        if not frame.hosts:
            return await self._keep(frame, Source.HOST, Evidence(), 0, "the alerts name no host")
        host = await self._datadog.find_host(frame.hosts[0])
        note = "" if host else f"Datadog knows no host {frame.hosts[0]!r}"
        return await self._keep(frame, Source.HOST, Evidence(host=host), int(bool(host)), note)

    @activity.defn
    async def fetch_monitor(self, frame: Frame) -> SourceResult:
        if frame.monitor_id is None:
            return await self._keep(frame, Source.MONITOR, Evidence(), 0, "no monitor is named")
        try:
            monitor = await self._datadog.get_monitor(frame.monitor_id)
        except NotFound:
            note = f"Datadog knows no monitor {frame.monitor_id}"
            return await self._keep(frame, Source.MONITOR, Evidence(), 0, note)
        return await self._keep(frame, Source.MONITOR, Evidence(monitor=monitor), 1, "")

    @activity.defn
    async def fetch_metrics(self, frame: Frame) -> SourceResult:
        """The alert's own metric, with the hours before as its baseline."""
        metric = frame.metric_query or await self._metric_of_monitor(frame)
        if not metric:
            note = "the monitor watches no metric that can be read"
            return await self._keep(frame, Source.METRICS, Evidence(), 0, note)
        series = await self._datadog.query_metric(metric, frame.changes)
        return await self._keep(
            frame, Source.METRICS, Evidence(metrics=series), len(series), f"query {metric}"
        )

    @activity.defn
    async def fetch_related_logs(self, frame: Frame) -> SourceResult:
        """Errors of the environment's other services, in the window and in the hours before it.

        A line's time tells which: without the hours before, a service that always complains looks
        like one that has just begun to.
        """
        query = searches.related_logs(frame)
        if not query:
            note = "the search for our own logs covers every service already"
            return await self._keep(frame, Source.RELATED_LOGS, Evidence(), 0, note)
        before = Window(start=frame.changes.start, end=frame.window.start)
        usual = await self._datadog.search_logs(query, before, limit=MAX_RELATED_LOGS)
        recent = await self._datadog.search_logs(query, frame.window, limit=MAX_RELATED_LOGS)
        # A line on the border answers both searches.
        earlier = tuple(line for line in usual.lines if line.logged_at < frame.window.start)
        lines = (*earlier, *recent.lines)
        note = _notes({"before the window": usual.partial, "in the window": recent.partial})
        found = Evidence(related_logs=lines)
        return await self._keep(frame, Source.RELATED_LOGS, found, len(lines), note)

    @activity.defn
    async def fetch_spans(self, frame: Frame) -> SourceResult:
        """Failed and slow spans of the environment in the window, and some of any kind."""
        everything, troubled = searches.spans(frame), searches.troubled_spans(frame)
        if not everything:
            note = "the alerts name neither an environment nor a service"
            return await self._keep(frame, Source.SPANS, Evidence(), 0, note)
        bad = await self._datadog.search_spans(troubled, frame.window, limit=MAX_TROUBLED_SPANS)
        usual = await self._datadog.search_spans(everything, frame.window, limit=MAX_USUAL_SPANS)
        once = {(span.trace_id, span.span_id): span for span in (*bad.spans, *usual.spans)}
        spans = tuple(sorted(once.values(), key=lambda span: (span.started_at, span.span_id)))
        note = _notes({"failed and slow": bad.partial, "all": usual.partial})
        return await self._keep(frame, Source.SPANS, Evidence(spans=spans), len(spans), note)

    @activity.defn
    async def fetch_health(self, frame: Frame) -> SourceResult:
        """Requests, errors and latency of ours and of those in trouble beside them, hours back.

        To be asked after spans and related logs, which name those; else it looks at ours alone.
        """
        gathered = await self._analyses.get_evidence(frame.key)
        services = services_around(frame, gathered, limit=MAX_HEALTH_SERVICES)
        answers = [
            await self._datadog.service_health(service, frame.env, frame.changes)
            for service in services
        ]
        series = tuple(thinned(one, frame.window) for answer in answers for one in answer)
        note = f"asked for {', '.join(services)}" if services else "no service is named"
        return await self._keep(frame, Source.HEALTH, Evidence(health=series), len(series), note)

    @activity.defn
    async def note_unanswered(self, key: AnalysisKey, result: SourceResult) -> None:
        """Keeps "could not ask" beside the evidence, so that nobody takes silence for health."""
        await self._analyses.save_source(key, result, Evidence())

    async def _search_events(self, frame: Frame, query: str) -> Events:
        return await self._datadog.search_events(query, frame.changes, limit=MAX_EVENTS)

    async def _search_logs(self, frame: Frame, source: Source, window: Window) -> SourceResult:
        answer = await self._datadog.search_logs(
            searches.severe_logs(frame), window, limit=MAX_LOGS
        )
        return await self._keep(
            frame,
            source,
            Evidence(**{source.value: answer.lines}),
            len(answer.lines),
            answer.partial,
        )

    async def _metric_of_monitor(self, frame: Frame) -> str:
        if frame.monitor_id is None:
            return ""
        try:
            monitor = await self._datadog.get_monitor(frame.monitor_id)
        except NotFound:
            return ""
        return metric_of(monitor.query)

    async def _keep(
        self, frame: Frame, source: Source, evidence: Evidence, count: int, note: str
    ) -> SourceResult:
        status = SourceStatus.FOUND if count else SourceStatus.NOTHING
        result = SourceResult(source=source, status=status, count=count, note=note)
        await self._analyses.save_source(frame.key, result, evidence)
        return result


def _notes(partial: Mapping[str, str]) -> str:
    """What is missing from each of several answers; "" when nothing is."""
    return "; ".join(f"{name}: {missing}" for name, missing in partial.items() if missing)
