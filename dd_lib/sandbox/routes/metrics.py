"""Metric queries, the v2 way."""

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import Field, JsonValue

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.metric_query import MetricQuery, parse_metric_query
from dd_lib.sandbox.moments import from_milliseconds, to_milliseconds
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.timeseries import Series, Span, evaluate
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys)])

TYPE = "timeseries_request"
LATEST = 253_402_300_799_999  # milliseconds: the end of the year 9999


class NamedQuery(Closed):
    data_source: Literal["metrics"] = "metrics"
    query: str
    name: str = ""


class Formula(Closed):
    formula: str
    limit: dict[str, JsonValue] | None = None


class TimeseriesAttributes(Closed):
    from_: int = Field(alias="from", ge=0, le=LATEST)
    to: int = Field(ge=0, le=LATEST)
    interval: int | None = Field(default=None, ge=1000)
    queries: tuple[NamedQuery, ...] = Field(min_length=1)
    formulas: tuple[Formula, ...] = ()


class TimeseriesData(Closed):
    type: str
    attributes: TimeseriesAttributes


class TimeseriesRequest(Closed):
    data: TimeseriesData


@router.post(
    "/api/v2/query/timeseries",
    dependencies=[Depends(limited("timeseries_query_api", 1600, 3600))],
)
async def query_timeseries(world: WorldNow, request: TimeseriesRequest) -> Resource:
    if request.data.type != TYPE:
        raise Refusal(400, f'API input validation failed: Invalid type. Expected "{TYPE}".')
    attributes = request.data.attributes
    queries = [parse_metric_query(text) for text in _chosen(attributes)]
    spans = _span(world, attributes, queries)
    rows = world.telemetry().metrics
    found = [
        (index, series)
        for index, query in enumerate(queries)
        for series in evaluate(query, rows, spans)
    ]
    return {"data": {"type": "timeseries_response", "attributes": _answer(found)}}


def _chosen(attributes: TimeseriesAttributes) -> list[str]:
    """The queries in the order of the formulas. A formula can only be a query's name here."""
    if not attributes.formulas:
        return [query.query for query in attributes.queries]
    named = {query.name: query.query for query in attributes.queries}
    unknown = [f.formula for f in attributes.formulas if f.formula.strip() not in named]
    if unknown:
        raise Refusal(400, f"The sandbox cannot calculate the formula {unknown[0]!r}")
    return [named[formula.formula.strip()] for formula in attributes.formulas]


def _span(world: World, attributes: TimeseriesAttributes, queries: list[MetricQuery]) -> Span:
    """What has not happened yet is not shown."""
    asked = next((q.interval_seconds for q in queries if q.interval_seconds), None)
    step = attributes.interval // 1000 if attributes.interval else asked
    end = min(attributes.to, to_milliseconds(world.clock()) + 1)
    return Span.between(from_milliseconds(attributes.from_), from_milliseconds(end), step)


def _answer(found: list[tuple[int, Series]]) -> Resource:
    times = sorted({time for _index, series in found for time in series.points})
    described: list[JsonValue] = [
        {"group_tags": list(series.group), "query_index": index, "unit": None}
        for index, series in found
    ]
    values: list[JsonValue] = [
        [series.points.get(time) for time in times] for _index, series in found
    ]
    return {"series": described, "times": list(times), "values": values}
