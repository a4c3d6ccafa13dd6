"""Metric queries as single numbers: what a table or a top list shows."""

from datetime import timedelta
from itertools import chain

from fastapi import APIRouter, Depends
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.moments import from_milliseconds, to_milliseconds
from dd_lib.sandbox.numbers import Found, results, series_of
from dd_lib.sandbox.query_bodies import (
    AnyQuery,
    FormulaLimit,
    ScalarAttributes,
    ScalarMetricsQuery,
    ScalarRequest,
)
from dd_lib.sandbox.records import Telemetry
from dd_lib.sandbox.reducers import SCALAR
from dd_lib.sandbox.refusals import Refusal, check_type
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.timeseries import Group, Series, Span
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("scalar_query_api", 1600))])

RETENTION = timedelta(days=456)  # fifteen months
ONLY = 0  # the one point of a series that is a single number

Table = dict[Group, float]


@router.post("/api/v2/query/scalar")
async def query_scalar(world: WorldNow, request: ScalarRequest) -> Resource:
    check_type(request.data.type, "scalar_request")
    asked = request.data.attributes
    found = _numbers(world, asked)
    shown = results(asked.queries, found, asked.formulas)
    tables = [(name, _table(part)) for name, part in shown]
    limits = [formula.limit for formula in asked.formulas]
    groups = _rows([table for _name, table in tables], limits)
    columns: list[JsonValue] = [*_group_columns(groups)]
    columns += [_number_column(name, table, groups) for name, table in tables]
    return {"data": {"id": "0", "type": "scalar_response", "attributes": {"columns": columns}}}


def _numbers(world: World, asked: ScalarAttributes) -> list[Found]:
    """What has not happened yet does not count."""
    now = world.clock()
    start, end = from_milliseconds(asked.from_), from_milliseconds(asked.to)
    if end < now - RETENTION:
        raise Refusal(400, "Queries ending outside the retention date are invalid")
    until = min(asked.to, to_milliseconds(now) + 1)
    graph = Span.between(start, from_milliseconds(until), None)
    whole = Span.whole(asked.from_, until)
    telemetry = world.telemetry()
    return [_reduced(query, telemetry, graph, whole) for query in asked.queries]


def _reduced(query: AnyQuery, telemetry: Telemetry, graph: Span, whole: Span) -> Found:
    """A metric's points made one; of all else the window is one interval."""
    if not isinstance(query, ScalarMetricsQuery):
        return tuple(
            Series(each.group, dict(zip((ONLY,), each.points.values(), strict=False)))
            for each in series_of(query, telemetry, whole)
        )
    reduce = SCALAR[query.aggregator]
    return tuple(
        Series(each.group, {ONLY: reduce(list(each.points.values()))})
        for each in series_of(query, telemetry, graph)
    )


def _table(found: Found) -> Table:
    return {each.group: each.points[ONLY] for each in found if each.points}


def _rows(tables: list[Table], limits: list[FormulaLimit | None]) -> list[Group]:
    """Every group once, in order; the first formula with a limit sets the order and the number."""
    every = set(chain.from_iterable(tables))
    groups = sorted({group for group in every if group} or every)
    for table, limit in zip(tables, limits, strict=False):
        if limit:
            known = [group for group in groups if group in table]
            known.sort(key=lambda group: table[group], reverse=limit.order == "desc")
            return known if limit.count is None else known[: limit.count]
    return groups


def _group_columns(groups: list[Group]) -> list[Resource]:
    """One for each key that any of the queries groups by."""
    rows = [dict(tag.split(":", 1) for tag in group) for group in groups]
    keys = dict.fromkeys(key for row in rows for key in row)
    return [
        {"name": key, "type": "group", "values": [[row[key]] if key in row else [] for row in rows]}
        for key in keys
    ]


def _number_column(name: str, table: Table, groups: list[Group]) -> Resource:
    """A result without groups counts for every group of the others."""
    values: list[JsonValue] = [table.get(group, table.get(())) for group in groups]
    return {"name": name, "type": "number", "values": values, "meta": {"unit": None}}
