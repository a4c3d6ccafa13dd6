"""Spans and health in words: the texts of those items, one fact a line."""

from domain.evidence import Window
from domain.item_text import metric_text, number, render, when
from domain.service_health import HealthReading
from domain.span_calls import CallEdge
from domain.span_origins import SpanOrigin, Trouble

OUTSIDE = "outside"  # who calls a trace's first service


def edge_text(edge: CallEdge) -> str:
    return render(
        {
            "calls": f"{edge.caller or OUTSIDE} -> {edge.callee}",
            "resource": edge.resource,
            "calls seen": str(edge.calls),
            "failed": f"{edge.failed} ({edge.failed_share:.0%} of those seen)",
            "first failed": when(edge.first_failed_at) if edge.first_failed_at else "",
            "median duration": f"{number(edge.median_ms)} ms",
            "slowest": f"{number(edge.slowest_ms)} ms at {when(edge.slowest_at)}",
            "error": edge.error_message,
        }
    )


def origin_text(origin: SpanOrigin) -> str:
    slow = origin.trouble is Trouble.SLOW
    return render(
        {
            "spans": f"{origin.service} {origin.resource} {origin.trouble.value}",
            "service": origin.service,
            "resource": origin.resource,
            "count": f"{origin.count} of {origin.seen} seen",
            "began": when(origin.began_at) if origin.began_at else "as many all the time",
            "first seen": when(origin.first_at),
            "last seen": when(origin.last_at),
            "own time": f"{number(origin.own_ms)} ms" if slow else "",
            "usual own time": f"{number(origin.usual_ms)} ms" if slow else "",
            "called by": ", ".join(origin.above),
            "versions": ", ".join(origin.versions),
            "hosts": ", ".join(origin.hosts),
            "trace": origin.trace_id,
            "error": origin.error_message,
        }
    )


def health_text(one: HealthReading, window: Window) -> str:
    named = one.series.model_copy(update={"query": f"{one.statistic} of {one.service}"})
    return metric_text(named, one.reading, window)
