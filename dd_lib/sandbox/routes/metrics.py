"""Metric queries as graphs: the v2 way, and the old one."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.metric_query import parse_metric_query
from dd_lib.sandbox.moments import from_milliseconds, to_milliseconds
from dd_lib.sandbox.numbers import Found, results, series_of
from dd_lib.sandbox.query_bodies import (
    EventsQuery,
    MetricsQuery,
    TimeseriesAttributes,
    TimeseriesRequest,
)
from dd_lib.sandbox.refusals import check_type
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.timeseries import Series, Span, evaluate
from dd_lib.sandbox.world import World

router = APIRouter(
    dependencies=[Depends(require_keys), Depends(limited("timeseries_query_api", 1600))]
)

LATEST = 253_402_300_799  # seconds: the end of the year 9999
_BETWEEN_QUERIES = re.compile(r",(?![^{(]*[})])")

Seconds = Annotated[int, Query(ge=0, le=LATEST)]


@router.post("/api/v2/query/timeseries")
async def query_timeseries(world: WorldNow, request: TimeseriesRequest) -> Resource:
    check_type(request.data.type, "timeseries_request")
    asked = request.data.attributes
    telemetry = world.telemetry()
    span = _span(world, asked.from_, asked.to, _step(asked))
    found = [series_of(query, telemetry, span) for query in asked.queries]
    shown = [series for _name, series in results(asked.queries, found, asked.formulas)]
    return {"data": {"id": "0", "type": "timeseries_response", "attributes": _graph(shown)}}


@router.get("/api/v1/query")
async def query_metrics(
    world: WorldNow, query: str, from_: Annotated[Seconds, Query(alias="from")], to: Seconds
) -> Resource:
    """Several queries are divided by commas."""
    rows = world.telemetry().metrics
    shown: list[JsonValue] = []
    for index, text in enumerate(_BETWEEN_QUERIES.split(query)):
        asked = parse_metric_query(text)
        span = _span(world, from_ * 1000, to * 1000, asked.interval_seconds)
        found = evaluate(asked, rows, span)
        lines = [_line(text, asked.metric, series, span) for series in found]
        shown += [line | {"query_index": index} for line in lines]
    return {
        "status": "ok",
        "res_type": "time_series",
        "query": query,
        "from_date": from_ * 1000,
        "to_date": to * 1000,
        "group_by": [],
        "message": "",
        "series": shown,
    }


def _span(world: World, start: int, end: int, step_seconds: int | None) -> Span:
    """What has not happened yet is not shown."""
    until = min(end, to_milliseconds(world.clock()) + 1)
    return Span.between(from_milliseconds(start), from_milliseconds(until), step_seconds)


def _step(asked: TimeseriesAttributes) -> int | None:
    """Seconds: the request's, else the first that a query names; None leaves it to the window."""
    if asked.interval:
        return asked.interval // 1000
    for query in asked.queries:
        if isinstance(query, MetricsQuery):
            step = parse_metric_query(query.query).interval_seconds
            if step:
                return step
        if isinstance(query, EventsQuery) and query.compute.interval:
            return query.compute.interval // 1000
    return None


def _graph(shown: list[Found]) -> Resource:
    lines = [(index, series) for index, found in enumerate(shown) for series in found]
    times = sorted({time for _index, series in lines for time in series.points})
    described: list[JsonValue] = [
        {"group_tags": list(series.group), "query_index": index, "unit": None}
        for index, series in lines
    ]
    values: list[JsonValue] = [
        [series.points.get(time) for time in times] for _index, series in lines
    ]
    return {"series": described, "times": list(times), "values": values}


def _line(text: str, metric: str, series: Series, span: Span) -> Resource:
    points = sorted(series.points.items())
    pairs: list[JsonValue] = [[float(at), value] for at, value in points]
    return {
        "metric": metric,
        "display_name": metric,
        "expression": text.strip(),
        "scope": ",".join(series.group) or "*",
        "tag_set": list(series.group),
        "pointlist": pairs,
        "length": len(points),
        "interval": span.step // 1000,  # seconds, whatever Datadog's description says
        "start": points[0][0],
        "end": points[-1][0] + span.step - 1,
        "unit": [None, None],
        "aggr": None,
    }
