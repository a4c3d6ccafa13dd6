"""Requests, errors and latency of services over time, counted from the scenarios' spans."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from dd_lib.sandbox.metric_query import parse_scope
from dd_lib.sandbox.query_bodies import ApmQuery
from dd_lib.sandbox.records import SpanRecord
from dd_lib.sandbox.reducers import Reduce, average, percentile
from dd_lib.sandbox.search import values_of
from dd_lib.sandbox.span_entries import span_entries
from dd_lib.sandbox.timeseries import Group, Series, Span

SATISFIED = 0.5  # seconds; who waits up to four times as long tolerates it

# Of the spans of one interval, and its length in seconds.
Statistic = Callable[[list[SpanRecord], float], float]


def apm_series(query: ApmQuery, spans: Iterable[SpanRecord], span: Span) -> tuple[Series, ...]:
    """Sorted by group. As Datadog, counts the spans by which a trace enters a service."""
    cells: dict[Group, dict[int, list[SpanRecord]]] = defaultdict(lambda: defaultdict(list))
    for group, record in _asked(query, _entering(list(spans))):
        if span.holds(record.start):
            cells[group][span.interval_of(record.start)].append(record)
    statistic, seconds = STATISTICS[query.stat], span.step / 1000
    return tuple(
        Series(group, {at: statistic(found, seconds) for at, found in sorted(points.items())})
        for group, points in sorted(cells.items())
    )


def _entering(spans: list[SpanRecord]) -> list[SpanRecord]:
    services = {(span.trace_id, span.span_id): span.service for span in spans}
    return [
        span
        for span in spans
        if services.get((span.trace_id, span.parent_id or "")) != span.service
    ]


def _asked(query: ApmQuery, spans: list[SpanRecord]) -> Iterable[tuple[Group, SpanRecord]]:
    """A span without a value to group by is left out."""
    in_scope = parse_scope(query.query_filter)
    for record, entry in zip(spans, span_entries(spans), strict=True):
        group = [values_of(entry.searchable, key)[:1] for key in query.group_by]
        if (
            query.service in ("", "*", record.service)
            and query.resource_name in ("", "*", record.resource)
            and all(group)
            and in_scope(entry.searchable)
        ):
            named = zip(query.group_by, group, strict=True)
            yield tuple(f"{key}:{values[0]}" for key, values in named), record


def _errors(spans: list[SpanRecord], _seconds: float) -> float:
    return float(sum(span.error for span in spans))


def _hits(spans: list[SpanRecord], _seconds: float) -> float:
    return float(len(spans))


def _latency(reduce: Reduce) -> Statistic:
    """In seconds."""
    return lambda spans, _seconds: reduce([span.duration_ms / 1000 for span in spans])


def _apdex(spans: list[SpanRecord], _seconds: float) -> float:
    fine = [span.duration_ms / 1000 for span in spans if not span.error]
    satisfied = sum(seconds <= SATISFIED for seconds in fine)
    tolerating = sum(SATISFIED < seconds <= 4 * SATISFIED for seconds in fine)
    return (satisfied + tolerating / 2) / len(spans)


STATISTICS: Mapping[str, Statistic] = {
    "hits": _hits,
    "hits_per_second": lambda spans, seconds: len(spans) / seconds,
    "errors": _errors,
    "errors_per_second": lambda spans, seconds: _errors(spans, seconds) / seconds,
    "error_rate": lambda spans, seconds: _errors(spans, seconds) / len(spans),
    "apdex": _apdex,
    "total_time": _latency(sum),
    "latency_avg": _latency(average),
    "latency_max": _latency(max),
    "latency_p50": _latency(percentile(0.50)),
    "latency_p75": _latency(percentile(0.75)),
    "latency_p90": _latency(percentile(0.90)),
    "latency_p95": _latency(percentile(0.95)),
    "latency_p99": _latency(percentile(0.99)),
    "latency_p999": _latency(percentile(0.999)),
}
