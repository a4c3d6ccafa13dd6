"""Tools about numbers: metrics, and the health of a service."""

from collections.abc import Sequence

from pydantic import Field, JsonValue

from dd_lib.metrics import query_metric
from dd_lib.service_health import get_service_health
from dd_lib.tools.times import Span
from dd_lib.tools.tool import Asking, Output, Tool
from domain.evidence import MetricPoint, MetricSeries

MAX_POINTS = 60  # of each series: enough to see when something began


class MetricQuery(Span):
    query: str = Field(min_length=1, description="avg:system.cpu.user{env:prod} by {host}")


class ServiceHealth(Span):
    service: str = Field(min_length=1)
    env: str = ""


async def query_metrics(asking: Asking, wanted: MetricQuery) -> Output:
    found = await query_metric(asking.client, wanted.query, wanted.window(asking))
    series: list[JsonValue] = [{"scope": one.scope, **_numbers(one)} for one in found]
    return {"query": wanted.query, "count": len(series), "series": series, "partial": ""}


async def get_health(asking: Asking, wanted: ServiceHealth) -> Output:
    window = wanted.window(asking)
    found = await get_service_health(asking.client, wanted.service, window, env=wanted.env)
    told: Output = {name: _numbers(series) for name, series in found.items()}
    return {"service": wanted.service, "env": wanted.env, "statistics": told}


METRIC_TOOLS = (
    Tool(
        name="query_metrics",
        description="A metric over time: each series with its least, mean and greatest value.",
        parameters=MetricQuery,
        run=query_metrics,
    ),
    Tool(
        name="get_service_health",
        description="A service's requests, error rate and latency over time, from its traces.",
        parameters=ServiceHealth,
        run=get_health,
    ),
)


def _numbers(series: MetricSeries) -> Output:
    values = [point.value for point in series.points]
    if not values:
        return {"unit": series.unit, "points": []}
    shown: list[JsonValue] = [[p.at.isoformat(), p.value] for p in _thinned(series.points)]
    return {
        "unit": series.unit,
        "min": min(values),
        "avg": sum(values) / len(values),
        "max": max(values),
        "last": values[-1],
        "points": shown,
    }


def _thinned(points: Sequence[MetricPoint]) -> Sequence[MetricPoint]:
    """Every so many-th, so that the shape stays."""
    step = -(-len(points) // MAX_POINTS)
    return points[::step]
