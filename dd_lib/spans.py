"""Spans of traces, by search. Datadog allows 300 searches an hour."""

from pydantic import AwareDatetime, Field, JsonValue

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from dd_lib.paging import Listing
from dd_lib.search import Page, Search, read_pages
from domain.evidence import Window

PATH = "/api/v2/spans/events/search"


class SpanFacts(Answer):
    """`custom` holds what the tracer added: `duration` in nanoseconds, `error`, `http` ..."""

    service: str = ""
    resource_name: str = ""
    trace_id: str = ""
    span_id: str = ""
    parent_id: str = ""
    start_timestamp: AwareDatetime | None = None
    end_timestamp: AwareDatetime | None = None
    env: str = ""
    host: str = ""
    tags: tuple[str, ...] = ()
    custom: dict[str, JsonValue] = Field(default_factory=dict)


class _Span(Answer):
    attributes: SpanFacts = SpanFacts()


async def search_spans(
    client: DatadogClient, query: str, window: Window, *, limit: int
) -> Listing[SpanFacts]:
    """Oldest first. Errors only: add status:error to the query."""
    search = Search(PATH, query, window, limit, wrap="search_request")
    found, partial = await read_pages(client, search, Page[_Span])
    return Listing(tuple(span.attributes for span in found), partial)
