"""Spans as the search finds them and the API answers them."""

from collections.abc import Iterable
from datetime import timedelta

from dd_lib.sandbox.moments import iso_milliseconds
from dd_lib.sandbox.record_search import Entry
from dd_lib.sandbox.records import SpanRecord
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import Searchable

NO_PARENT = "0"
NANOSECONDS = 1_000_000  # in a millisecond


def span_entries(spans: Iterable[SpanRecord]) -> list[Entry]:
    return [_entry(span) for span in spans]


def label(span: SpanRecord, key: str) -> str:
    """The value of one tag; "" without it."""
    prefix = f"{key}:"
    return next((tag[len(prefix) :] for tag in span.tags if tag.startswith(prefix)), "")


def _entry(span: SpanRecord) -> Entry:
    custom: Resource = {"duration": round(span.duration_ms * NANOSECONDS)}
    if span.error:
        custom["error"] = {"message": "the span ended with an error"}
    reserved = {
        "service": span.service,
        "resource_name": span.resource,
        "host": span.host,
        "status": "error" if span.error else "ok",
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id or NO_PARENT,
    }
    return Entry(
        at=span.start,
        id=f"{span.trace_id}-{span.span_id}",
        searchable=Searchable(reserved, span.tags, custom, (span.resource,)),
        resource=_resource(span, custom),
    )


def _resource(span: SpanRecord, custom: Resource) -> Resource:
    ended = span.start + timedelta(milliseconds=span.duration_ms)
    attributes: Resource = {
        "service": span.service,
        "resource_name": span.resource,
        "host": span.host,
        "env": label(span, "env"),
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id or NO_PARENT,
        "start_timestamp": iso_milliseconds(span.start),
        "end_timestamp": iso_milliseconds(ended),
        "single_span": False,
        "tags": list(span.tags),
        "custom": custom,
    }
    return {"id": f"{span.trace_id}-{span.span_id}", "type": "spans", "attributes": attributes}
