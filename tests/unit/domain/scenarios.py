"""Scenario folders as cases: what an analysis of the scenario's alert would have gathered."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from domain.alerts import Alert
from domain.case import Case, Evidence, Frame
from domain.evidence import (
    DatadogEvent,
    Host,
    LogLine,
    MetricPoint,
    MetricSeries,
    Source,
    SourceResult,
    SourceStatus,
    SpanRecord,
    Window,
)
from domain.items import itemize
from domain.monitor_query import metric_of
from domain.webhook_payload import read_delivery
from tests.factories import a_case, a_frame, an_incident

FOLDER = Path(__file__).parents[3] / "dd_lib" / "sandbox" / "scenarios"
_QUERY = re.compile(r"(sum|avg|max|min):([\w.]+)\{([^}]*)\}(?: by \{(\w+)\})?")
_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "avg": fmean,
    "max": max,
    "min": min,
}
_STATISTICS: dict[str, Callable[[list[SpanRecord]], float]] = {
    "hits": len,
    "error_rate": lambda spans: fmean(span.error for span in spans),
    "latency_p99": lambda spans: max(span.duration_ms for span in spans) / 1_000,
}


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/expected.json"))


def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / name / "expected.json").read_text()))


def load(name: str) -> Case:
    folder = FOLDER / name
    alert = _alert(folder)
    frame = _frame(alert)
    logs, spans = tuple(_logs(folder, frame)), tuple(_spans(folder, frame))
    evidence = Evidence(
        sources=tuple(SourceResult(source=s, status=SourceStatus.FOUND) for s in Source),
        logs=tuple(line for line in logs if line.logged_at >= frame.window.start),
        baseline_logs=tuple(line for line in logs if line.logged_at < frame.window.start),
        events=tuple(_events(folder, frame)),
        host=_host(folder, alert.label("host")),
        metrics=tuple(_metrics(folder, frame)),
        related_logs=tuple(_related_logs(folder, frame)),
        spans=tuple(one for one in spans if one.started_at >= frame.window.start),
        health=tuple(_health(spans, frame)),
    )
    return a_case(
        incident=an_incident(
            title=alert.monitor_name or alert.title,
            service=alert.service,
            first_alert_at=alert.happened_at,
        ),
        alerts=(alert,),
        frame=frame,
        evidence=evidence,
        items=itemize(evidence, frame),
    )


def with_evidence(case: Case, evidence: Evidence) -> Case:
    """The same case, had other evidence been found."""
    items = itemize(evidence, case.frame)
    return case.model_copy(update={"evidence": evidence, "items": items})


def _alert(folder: Path) -> Alert:
    raw = (folder / "webhook.json").read_bytes()
    sent_at = datetime.fromtimestamp(int(json.loads(raw)["date"]) / 1_000, tz=UTC)
    delivery = read_delivery(raw, "application/json", sent_at)
    assert delivery.alert is not None
    return delivery.alert


def _frame(alert: Alert) -> Frame:
    moment = alert.happened_at
    window = Window.around(moment, before=timedelta(minutes=25), after=timedelta(minutes=5))
    return a_frame(
        first_alert_at=moment,
        window=window,
        changes=Window(start=moment - timedelta(hours=6), end=window.end),
        monitor_id=alert.monitor_id,
        hosts=tuple(filter(None, [alert.label("host")])),
        services=tuple(filter(None, [alert.label("service")])),
        env=alert.label("env"),
        scope=alert.scope,
        metric_query=metric_of(alert.query),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text().splitlines() if line.strip())


def _logs(folder: Path, frame: Frame) -> Iterator[LogLine]:
    """What `(service:X OR host:Y) (status:error OR status:warn)` finds."""
    return (line for line in _log_lines(folder, frame, {"error", "warn"}) if _is_ours(line, frame))


def _related_logs(folder: Path, frame: Frame) -> Iterator[LogLine]:
    lines = _log_lines(folder, frame, {"error"})
    return (line for line in lines if not _is_ours(line, frame))


def _is_ours(line: LogLine, frame: Frame) -> bool:
    return line.service in frame.services or line.host in frame.hosts


def _log_lines(folder: Path, frame: Frame, statuses: set[str]) -> Iterator[LogLine]:
    for line in _lines(folder / "logs.ndjson"):
        at = datetime.fromisoformat(line["timestamp"])
        if line["status"] in statuses and frame.changes.start <= at <= frame.window.end:
            yield LogLine(
                logged_at=at,
                message=line["message"],
                status=line["status"],
                service=line.get("service", ""),
                host=line.get("host", ""),
                tags=tuple(line.get("tags", ())),
            )


def _spans(folder: Path, frame: Frame) -> Iterator[SpanRecord]:
    for span in _lines(folder / "spans.ndjson"):
        at = datetime.fromisoformat(span["start"])
        if frame.changes.start <= at <= frame.window.end:
            known = ("duration_ms", "service", "resource", "host", "trace_id", "span_id", "error")
            yield SpanRecord(
                started_at=at,
                parent_id=span.get("parent_id") or "",
                tags=tuple(span.get("tags", ())),
                **{name: span[name] for name in known},
            )


def _health(spans: tuple[SpanRecord, ...], frame: Frame) -> Iterator[MetricSeries]:
    """By minute, of the spans by which a trace enters a service."""
    services = {(span.trace_id, span.span_id): span.service for span in spans}
    minutes: dict[str, dict[datetime, list[SpanRecord]]] = defaultdict(lambda: defaultdict(list))
    for span in spans:
        if services.get((span.trace_id, span.parent_id)) != span.service:
            at = span.started_at.replace(second=0, microsecond=0)
            minutes[span.service][at].append(span)
    for service, found in minutes.items():
        for statistic, value in _STATISTICS.items():
            yield MetricSeries(
                query=statistic,
                scope=f"service:{service},env:{frame.env}",
                points=tuple(
                    MetricPoint(at=at, value=value(together))
                    for at, together in sorted(found.items())
                ),
            )


def _events(folder: Path, frame: Frame) -> Iterator[DatadogEvent]:
    for event in _lines(folder / "events.ndjson"):
        at = datetime.fromisoformat(event["timestamp"])
        if frame.changes.start <= at <= frame.changes.end:
            yield DatadogEvent(
                event_id=str(event["id"]),
                happened_at=at,
                source=event["source"],
                title=event["title"],
                text=event.get("text", ""),
                tags=tuple(event.get("tags", ())),
            )


def _host(folder: Path, name: str) -> Host | None:
    path = folder / "hosts.json"
    hosts = json.loads(path.read_text()) if path.exists() else []
    for host in hosts:
        if host["name"] == name:
            known = {key: tuple(host.get(key, ())) for key in ("apps", "tags")}
            return Host(name=name, up=host["up"], **known, **host.get("metrics", {}))
    return None


def _metrics(folder: Path, frame: Frame) -> Iterator[MetricSeries]:
    match, path = _QUERY.search(frame.metric_query), folder / "metrics.csv"
    if not match or not path.exists():
        return
    aggregate, metric, scope, by = match.groups()
    wanted = {tag.strip() for tag in scope.split(",")} - {"*", ""}
    groups: dict[str, dict[datetime, list[float]]] = defaultdict(lambda: defaultdict(list))
    with path.open() as file:
        for row in csv.DictReader(file):
            at, tags = datetime.fromisoformat(row["timestamp"]), row["tags"].split(";")
            inside = frame.changes.start <= at <= frame.changes.end
            if inside and row["metric"] == metric and wanted <= set(tags):
                group = ",".join(tag for tag in tags if by and tag.startswith(f"{by}:"))
                groups[group][at].append(float(row["value"]))
    for group, values in groups.items():
        points = [
            MetricPoint(at=at, value=_AGGREGATES[aggregate](found))
            for at, found in sorted(values.items())
        ]
        yield MetricSeries(query=frame.metric_query, scope=group, points=tuple(points))
