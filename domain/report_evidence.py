"""The lower half of a report: graph, logs, traces and past incidents to look at."""

import re
from collections.abc import Iterable
from datetime import timedelta

from domain.evidence import Source, SourceStatus
from domain.log_patterns import LogPattern
from domain.markdown import bullets, link, quote, table, text
from domain.memory import SimilarIncident, Standing
from domain.query import EVERYTHING
from domain.report_citations import Citations, metric_name
from domain.report_facts import Report, moment, of_service
from domain.searches import severe_logs
from domain.spans import in_words

HOST_CPU = "avg:system.cpu.user{{host:{}}}"
MAX_PATTERNS = 5
MAX_TRACES = 5
MAX_SIMILAR = 5

# Names that can stand in a metrics query's braces; others cannot be asked for there.
_PLAIN_HOST = re.compile(r"[\w.:/-]+")


def graph_query(report: Report) -> str:
    """The alert's own metric, else the first host's CPU, else ""."""
    if report.metric:
        return report.metric
    hosts = (host for host in report.case.frame.hosts if _PLAIN_HOST.fullmatch(host))
    host = next(hosts, "")
    return HOST_CPU.format(host) if host else ""


def metric_graph(report: Report) -> list[str]:
    query = graph_query(report)
    if not query:
        return ["## Metric graph", "None: the alerts name neither a metric nor a host."]
    blocks = ["## Metric graph", quote(query)]
    if not report.metric:
        blocks.append("The alerts name no metric, so this is the CPU of the host.")
    if report.evidence.status(Source.METRICS) is SourceStatus.COULD_NOT_ASK:
        blocks.append("The analysis could not ask for this metric; the graph is Datadog's own.")
    name = metric_name(query)
    explorer = link("Open in the metrics explorer", report.links.metrics_explorer(name))
    return [*blocks, explorer] if name else blocks


def related_logs(report: Report) -> list[str]:
    to, subjects = report.links, report.subjects
    pages = [
        link("errors and warnings", to.logs(severe_logs(report.case.frame))),
        link("errors", to.error_logs(subjects)),
        link("everything", to.logs(subjects or EVERYTHING)),
        *(link(f"host {host}", to.host_logs(host)) for host in report.hosts),
        *(link(f"service {service}", to.service_logs(service)) for service in report.services),
    ]
    return ["## Related logs", bullets(pages), *_patterns(report)]


def traces(report: Report) -> list[str]:
    if not report.services:
        return ["## APM and traces", "The alerts name no service."]
    return [
        "## APM and traces",
        bullets(_service_pages(report, service) for service in report.services),
        *_logged_traces(report),
    ]


def similar_incidents(report: Report) -> list[str]:
    heading = "## Similar past incidents"
    status = report.evidence.status(Source.SIMILAR)
    if status is SourceStatus.COULD_NOT_ASK:
        asked = report.source(Source.SIMILAR)
        why = f": {text(asked.note)}" if asked and asked.note else ""
        return [heading, f"Memory could not be asked{why}. There may be some."]
    similar = report.evidence.similar[:MAX_SIMILAR]
    if not similar:
        return [heading, "None found in memory."]
    numbered = enumerate(similar, start=1)
    return [heading, *(_similar(report, number, one) for number, one in numbered)]


def _patterns(report: Report) -> list[str]:
    patterns = list(report.patterns.items())[:MAX_PATTERNS]
    if not patterns:
        return [_why_no_patterns(report)]
    citations = Citations(report)
    rows = [(citations.cite(key), *_pattern(pattern)) for key, pattern in patterns]
    return [table(("Id", "Pattern", "Service", "Against the time before", "Lines"), rows)]


def _pattern(pattern: LogPattern) -> tuple[str, ...]:
    change, lines = pattern.change.value, str(pattern.count)
    return text(pattern.template), text(pattern.service), change, lines


def _why_no_patterns(report: Report) -> str:
    if report.evidence.status(Source.LOGS) is SourceStatus.COULD_NOT_ASK:
        return "The analysis could not read the logs."
    return "The analysis found no error or warning in the logs."


def _service_pages(report: Report, service: str) -> str:
    to, env = report.links, report.case.frame.env
    query = of_service(service, env)
    pages = (
        link("overview", to.apm_service(service, env)),
        link("traces", to.traces(query)),
        link("traces with errors", to.error_traces(query)),
        link("databases", to.databases(service)),
    )
    return f"{text(service)}: {', '.join(pages)}"


def _logged_traces(report: Report) -> Iterable[str]:
    logged = (line.trace_id for line in report.evidence.logs if line.trace_id)
    ids = list(dict.fromkeys(logged))[:MAX_TRACES]
    if ids:
        found = ", ".join(link(trace_id, report.links.trace(trace_id)) for trace_id in ids)
        yield f"Traces that the logs name: {found}"


def _similar(report: Report, number: int, similar: SimilarIncident) -> str:
    past = similar.incident
    title = text(past.title) or "untitled"
    if past.notebook:
        title = link(past.title or "untitled", report.links.notebook(past.notebook.id))
    facts = [
        f"{_likeness(similar)}, found by {' and '.join(similar.matched_by) or 'memory'}",
        *([f"Why: {text('; '.join(similar.reasons))}"] if similar.reasons else []),
        f"{moment(past.happened_at)}, {_duration(similar)}",
        f"Outcome then: **{past.outcome}**",
        f"Cause then{_STANDINGS[past.standing]}: {text(past.summary) or 'not known'}",
        f"What helped: {text(past.remediation) or 'not known'}",
    ]
    return f"**{number}.** {title}\n\n{bullets(facts)}"


# Only people turn a hypothesis into a fact, so a reader is told which of the two it is.
_STANDINGS = {
    Standing.UNCONFIRMED: " (a hypothesis, never confirmed)",
    Standing.CONFIRMED: " (confirmed)",
    Standing.CORRECTED: " (as people corrected it)",
    Standing.NOT_USEFUL: " (people found this analysis useless)",
}


def _likeness(similar: SimilarIncident) -> str:
    """The score only orders; where there is a cosine, that is what likeness means."""
    score = f"score {similar.score:.2f}"
    return score if similar.similarity is None else f"{score}, similarity {similar.similarity:.0%}"


def _duration(similar: SimilarIncident) -> str:
    seconds = similar.incident.duration_seconds
    return (
        "duration not known"
        if seconds is None
        else f"lasted {in_words(timedelta(seconds=seconds))}"
    )
