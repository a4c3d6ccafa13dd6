"""Tools about logs: lines, and counts of them."""

from typing import Annotated

from pydantic import Field, JsonValue

from dd_lib.log_aggregation import Aggregation, Measure, aggregate_logs
from dd_lib.logs import search_logs
from dd_lib.tools.times import Span
from dd_lib.tools.tool import Asking, Output, Tool
from domain.evidence import LogLine

Query = Annotated[
    str, Field(description='Datadog\'s log search syntax: service:a status:error "x"')
]


class LogSearch(Span):
    query: Query = "*"
    limit: int = Field(50, ge=1, le=1000)


class LogCount(Span):
    query: Query = "*"
    group_by: tuple[str, ...] = Field(
        ("service",), description="Facets: service, status, @http.url"
    )
    aggregation: Aggregation = "count"
    metric: str = Field("", description="What to measure, such as @duration; not for count")
    interval: str = Field("", description='"5m" for values over time; "" for one value')
    limit: int = Field(10, ge=1, le=1000, description="Groups of each facet, the largest first")


async def search_log_lines(asking: Asking, wanted: LogSearch) -> Output:
    window = wanted.window(asking)
    found = await search_logs(asking.client, wanted.query, window, wanted.limit)
    lines: list[JsonValue] = [_line(line) for line in found.lines]
    return {"count": len(lines), "logs": lines, "partial": found.partial}


async def count_logs(asking: Asking, wanted: LogCount) -> Output:
    found = await aggregate_logs(
        asking.client,
        wanted.query,
        wanted.window(asking),
        measure=Measure(wanted.aggregation, wanted.metric, wanted.interval),
        group_by=wanted.group_by,
        limit=wanted.limit,
    )
    buckets: list[JsonValue] = [
        {"by": bucket.by, "value": bucket.computes.get("c0")} for bucket in found.items
    ]
    return {"count": len(buckets), "buckets": buckets, "partial": found.partial}


LOG_TOOLS = (
    Tool(
        name="search_logs",
        description="Search log lines, oldest first.",
        parameters=LogSearch,
        run=search_log_lines,
    ),
    Tool(
        name="aggregate_logs",
        description="Count or measure logs in groups, without reading them: cheap over long times.",
        parameters=LogCount,
        run=count_logs,
    ),
)


def _line(line: LogLine) -> Output:
    told: Output = {
        "timestamp": line.logged_at.isoformat(),
        "status": line.status,
        "service": line.service,
        "host": line.host,
        "message": line.message,
    }
    return {**told, "trace_id": line.trace_id} if line.trace_id else told
