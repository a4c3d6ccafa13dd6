"""Evidence as numbered items, so that a claim can cite one.

Ids depend on the evidence alone: the same evidence gives the same ids, in whatever order the
sources answered.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from domain.case import Evidence, Frame
from domain.evidence import DatadogEvent, EvidenceItem, LogLine, MetricSeries, Source
from domain.item_text import (
    event_text,
    host_text,
    log_text,
    metric_text,
    monitor_text,
    pattern_text,
    similar_text,
)
from domain.item_text_traces import edge_text, health_text, origin_text
from domain.log_patterns import LogPattern, mine_patterns, mine_related
from domain.memory import SimilarIncident
from domain.metric_onset import MetricReading, read_metric
from domain.service_health import HealthReading, read_health
from domain.span_calls import CallEdge, call_edges
from domain.span_origins import SpanOrigin, span_origins

MAX_PATTERNS = 25
MAX_RELATED = 25
MAX_EDGES = 25
MAX_ORIGINS = 20
MAX_HEALTH = 30

_Thing = TypeVar("_Thing")


def itemize(evidence: Evidence, frame: Frame) -> tuple[EvidenceItem, ...]:
    """Every citable thing once: what the alert's services said, what was changed, how host and
    metrics were, what happened in other services, what memory holds.

    Logs and events are numbered from the oldest, all that is added up from the most suspicious.
    """
    return (
        *_items(logs_by_id(evidence), Source.LOGS, log_text, lambda line: line.logged_at),
        *_items(
            patterns_by_id(evidence, frame), Source.LOGS, pattern_text, lambda one: one.began_at
        ),
        *_items(events_by_id(evidence), Source.EVENTS, event_text, lambda event: event.happened_at),
        *_items(_numbered("host", _present(evidence.host)), Source.HOST, host_text),
        *_items(_numbered("monitor", _present(evidence.monitor)), Source.MONITOR, monitor_text),
        *_metric_items(evidence, frame),
        *_items(
            related_by_id(evidence, frame),
            Source.RELATED_LOGS,
            pattern_text,
            lambda one: one.began_at,
        ),
        *_items(edges_by_id(evidence), Source.SPANS, edge_text, lambda edge: edge.first_failed_at),
        *_items(
            origins_by_id(evidence, frame), Source.SPANS, origin_text, lambda one: one.first_at
        ),
        *_health_items(evidence, frame),
        *_items(
            similar_by_id(evidence),
            Source.SIMILAR,
            similar_text,
            lambda similar: similar.incident.happened_at,
        ),
    )


def logs_by_id(evidence: Evidence) -> dict[str, LogLine]:
    return _numbered("log", sorted(evidence.logs, key=lambda line: line.logged_at))


def patterns_by_id(evidence: Evidence, frame: Frame) -> dict[str, LogPattern]:
    return _numbered("pattern", mine_patterns(evidence, frame)[:MAX_PATTERNS])


def events_by_id(evidence: Evidence) -> dict[str, DatadogEvent]:
    oldest_first = sorted(evidence.events, key=lambda event: (event.happened_at, event.event_id))
    return _numbered("event", oldest_first)


def metrics_by_id(
    evidence: Evidence, frame: Frame
) -> dict[str, tuple[MetricSeries, MetricReading]]:
    """Each series with what it says about the window."""
    return _numbered(
        "metric", [(series, read_metric(series, frame.window)) for series in evidence.metrics]
    )


def related_by_id(evidence: Evidence, frame: Frame) -> dict[str, LogPattern]:
    return _numbered("related", mine_related(evidence, frame)[:MAX_RELATED])


def edges_by_id(evidence: Evidence) -> dict[str, CallEdge]:
    return _numbered("edge", call_edges(evidence.spans)[:MAX_EDGES])


def origins_by_id(evidence: Evidence, frame: Frame) -> dict[str, SpanOrigin]:
    return _numbered("span", span_origins(evidence.spans, frame.window)[:MAX_ORIGINS])


def health_by_id(evidence: Evidence, frame: Frame) -> dict[str, HealthReading]:
    return _numbered("health", read_health(evidence.health, frame.window)[:MAX_HEALTH])


def similar_by_id(evidence: Evidence) -> dict[str, SimilarIncident]:
    return _numbered("similar", evidence.similar)


def _metric_items(evidence: Evidence, frame: Frame) -> list[EvidenceItem]:
    return [
        EvidenceItem(
            id=item_id,
            source=Source.METRICS,
            text=metric_text(series, reading, frame.window),
            happened_at=reading.shift.onset_at if reading.shift else None,
        )
        for item_id, (series, reading) in metrics_by_id(evidence, frame).items()
    ]


def _health_items(evidence: Evidence, frame: Frame) -> list[EvidenceItem]:
    return [
        EvidenceItem(
            id=item_id,
            source=Source.HEALTH,
            text=health_text(one, frame.window),
            happened_at=one.shift.onset_at if one.shift else None,
        )
        for item_id, one in health_by_id(evidence, frame).items()
    ]


def _items(
    things: dict[str, _Thing],
    source: Source,
    text: Callable[[_Thing], str],
    happened_at: Callable[[_Thing], datetime | None] = lambda _: None,
) -> list[EvidenceItem]:
    return [
        EvidenceItem(id=item_id, source=source, text=text(thing), happened_at=happened_at(thing))
        for item_id, thing in things.items()
    ]


def _numbered(prefix: str, things: Iterable[_Thing]) -> dict[str, _Thing]:
    return {f"{prefix}-{number}": thing for number, thing in enumerate(things, start=1)}


def _present(thing: _Thing | None) -> list[_Thing]:
    return [] if thing is None else [thing]
