"""Tools about where things run: hosts, services, and the spans of their requests."""

from pydantic import Field, JsonValue

from dd_lib.hosts import find_host
from dd_lib.services import EVERY_ENV, list_services
from dd_lib.spans import SpanFacts, search_spans
from dd_lib.tools.times import Span
from dd_lib.tools.tool import Asking, Output, Parameters, Tool

NANOSECONDS = 1_000_000  # in a millisecond


class OneHost(Parameters):
    hostname: str = Field(min_length=1)


class ServiceList(Parameters):
    env: str = Field(EVERY_ENV, min_length=1, description="* is every environment")


class SpanSearch(Span):
    query: str = Field("*", description="service:a env:prod; add status:error for errors only")
    limit: int = Field(50, ge=1, le=1000)


async def get_host_info(asking: Asking, wanted: OneHost) -> Output:
    host = await find_host(asking.client, wanted.hostname)
    if host is None:
        reason = "no host of that name or alias reported in the last three hours"
        return {"hostname": wanted.hostname, "error": reason}
    return {
        "hostname": host.name,
        "up": host.up,
        "is_muted": host.muted,
        "apps": list(host.apps),
        "sources": list(host.sources),
        "tags": list(host.tags),
        # Datadog's host list tells no memory; the key is there for callers that read it.
        "metrics": {"cpu": host.cpu, "iowait": host.iowait, "load": host.load, "memory": None},
    }


async def list_service_names(asking: Asking, wanted: ServiceList) -> Output:
    names: list[JsonValue] = list(await list_services(asking.client, wanted.env))
    return {"count": len(names), "services": names, "partial": ""}


async def search_span_facts(asking: Asking, wanted: SpanSearch) -> Output:
    window = wanted.window(asking)
    found = await search_spans(asking.client, wanted.query, window, limit=wanted.limit)
    spans: list[JsonValue] = [_span(span) for span in found.items]
    return {"count": len(spans), "spans": spans, "partial": found.partial}


PLACE_TOOLS = (
    Tool(
        name="get_host_info",
        description="One host by its name or alias: whether it is up and muted, its load and tags.",
        parameters=OneHost,
        run=get_host_info,
    ),
    Tool(
        name="list_services",
        description="Names of the services that send traces.",
        parameters=ServiceList,
        run=list_service_names,
    ),
    Tool(
        name="search_spans",
        description="Search spans of traces, oldest first. Limited to 300 an hour: prefer"
        " get_service_health.",
        parameters=SpanSearch,
        run=search_span_facts,
    ),
)


def _span(span: SpanFacts) -> Output:
    return {
        "timestamp": span.start_timestamp.isoformat() if span.start_timestamp else None,
        "service": span.service,
        "resource": span.resource_name,
        "duration_ms": _duration(span),
        "error": span.custom.get("error"),
        "env": span.env,
        "host": span.host,
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
    }


def _duration(span: SpanFacts) -> float | None:
    told = span.custom.get("duration")
    if isinstance(told, int | float):
        return told / NANOSECONDS
    if span.start_timestamp and span.end_timestamp:
        return (span.end_timestamp - span.start_timestamp).total_seconds() * 1000
    return None
