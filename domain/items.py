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
from domain.log_patterns import LogPattern, mine_patterns
from domain.memory import SimilarIncident
from domain.metric_onset import MetricReading, read_metric

MAX_PATTERNS = 25

_Thing = TypeVar("_Thing")


def itemize(evidence: Evidence, frame: Frame) -> tuple[EvidenceItem, ...]:
    """Every citable thing once: logs, patterns, events, host, monitor, metrics, similar incidents.

    Logs and events are numbered from the oldest, patterns from the most suspicious.
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
