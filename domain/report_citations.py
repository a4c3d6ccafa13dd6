"""From an evidence id to the place where Datadog shows that evidence."""

import re

from domain.evidence import LogLine
from domain.items import (
    edges_by_id,
    events_by_id,
    health_by_id,
    logs_by_id,
    metrics_by_id,
    similar_by_id,
)
from domain.log_patterns import LogPattern
from domain.markdown import link, text
from domain.query import all_of, term
from domain.report_facts import Report, of_service

_METRIC_NAME = re.compile(r"(?:[a-z0-9_]+:)?([A-Za-z][\w.]*)\{")


class Citations:
    """Each evidence id of one report, leading to its page."""

    def __init__(self, report: Report) -> None:
        self._urls = {
            **_log_urls(report),
            **_metric_urls(report),
            **_single_urls(report),
            **_trace_urls(report),
            **_similar_urls(report),
        }

    def url(self, evidence_id: str) -> str:
        """Empty for what has no page."""
        return self._urls.get(evidence_id, "")

    def cite(self, evidence_id: str) -> str:
        url = self.url(evidence_id)
        return link(evidence_id, url) if url else text(evidence_id)


def metric_name(query: str) -> str:
    """The first metric that a metrics query reads, or ""."""
    found = _METRIC_NAME.search(query)
    return found[1] if found else ""


def _log_urls(report: Report) -> dict[str, str]:
    lines: dict[str, LogLine | LogPattern] = {
        **logs_by_id(report.evidence),
        **report.patterns,
        **report.related,
    }
    return {key: report.links.logs(_same_kind(line)) for key, line in lines.items()}


def _same_kind(lines: LogLine | LogPattern) -> str:
    host = lines.host if isinstance(lines, LogLine) else ""
    return all_of(term("service", lines.service), term("host", host), term("status", lines.status))


def _metric_urls(report: Report) -> dict[str, str]:
    series = metrics_by_id(report.evidence, report.case.frame)
    return {
        key: report.links.metrics_explorer(metric_name(one.query), one.scope)
        for key, (one, _) in series.items()
    }


def _single_urls(report: Report) -> dict[str, str]:
    to, evidence = report.links, report.evidence
    urls = {key: to.event(event.event_id) for key, event in events_by_id(evidence).items()}
    if evidence.host:
        urls["host-1"] = to.host(evidence.host.name)
    if evidence.monitor:
        urls["monitor-1"] = to.monitor(evidence.monitor.monitor_id)
    return urls


def _trace_urls(report: Report) -> dict[str, str]:
    to, evidence, frame = report.links, report.evidence, report.case.frame
    calls = {key: edge.callee for key, edge in edges_by_id(evidence).items()}
    return {
        **{key: to.traces(of_service(service, frame.env)) for key, service in calls.items()},
        **{
            key: to.trace(origin.trace_id)
            if origin.trace_id
            else to.traces(of_service(origin.service, frame.env))
            for key, origin in report.origins.items()
        },
        **{
            key: to.apm_service(reading.service, frame.env)
            for key, reading in health_by_id(evidence, frame).items()
        },
    }


def _similar_urls(report: Report) -> dict[str, str]:
    return {
        key: report.links.notebook(similar.incident.notebook.id)
        for key, similar in similar_by_id(report.evidence).items()
        if similar.incident.notebook
    }
