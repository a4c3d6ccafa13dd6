"""Spans as an analysis reads them, whatever their tracer called things."""

from datetime import timedelta

from pydantic import JsonValue

from dd_lib.answers import one_line
from dd_lib.client import DatadogClient
from dd_lib.spans import SpanFacts, search_spans
from domain.evidence import SpanRecord, Window
from domain.ports import Spans

NANOSECONDS = 1_000_000  # in a millisecond
NO_PARENT = "0"
_NO_ERROR = ("", "0", "false")


async def search_span_records(
    client: DatadogClient, query: str, window: Window, limit: int
) -> Spans:
    """Oldest first. A span without a time is left out: it belongs nowhere."""
    found = await search_spans(client, query, window, limit=limit)
    records = tuple(record for span in found.items if (record := as_record(span)))
    return Spans(spans=records, partial=found.partial)


def as_record(span: SpanFacts) -> SpanRecord | None:
    """None for a span without a time."""
    if span.start_timestamp is None:
        return None
    return SpanRecord(
        started_at=span.start_timestamp,
        duration_ms=_duration_ms(span),
        service=span.service,
        resource=span.resource_name,
        host=span.host,
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id="" if span.parent_id == NO_PARENT else span.parent_id,
        error=_failed(span),
        error_message=_error_message(span.custom.get("error")),
        tags=span.tags,
    )


def _duration_ms(span: SpanFacts) -> float:
    """The tracer's own figure, for Datadog's times are cut to milliseconds."""
    told = span.custom.get("duration")
    if isinstance(told, int | float) and not isinstance(told, bool):
        return told / NANOSECONDS
    if span.start_timestamp and span.end_timestamp:
        return (span.end_timestamp - span.start_timestamp) / timedelta(milliseconds=1)
    return 0.0


def _failed(span: SpanFacts) -> bool:
    """By its error's details, by a flag (`error: 1`), by its status or by a tag of either."""
    error = span.custom.get("error")
    if isinstance(error, dict):
        return bool(error)
    flags = (error, *_tagged(span, "error"))
    if any(str(flag).lower() not in _NO_ERROR for flag in flags if flag is not None):
        return True
    return "error" in (span.custom.get("status"), *_tagged(span, "status"))


def _tagged(span: SpanFacts, key: str) -> list[str]:
    prefix = f"{key}:"
    return [tag[len(prefix) :] for tag in span.tags if tag.startswith(prefix)]


def _error_message(error: JsonValue) -> str:
    if not isinstance(error, dict):
        return ""
    told = [error.get(name) for name in ("type", "message")]
    return one_line(": ".join(part for part in told if isinstance(part, str) and part))
