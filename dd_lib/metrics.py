"""Metric values over time, by query."""

import math
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import Field, JsonValue, model_validator

from dd_lib.answers import Answer, milliseconds, one_line
from dd_lib.client import DatadogClient
from domain.errors import InvalidInput
from domain.evidence import MetricPoint, MetricSeries, Window

_Milliseconds = Annotated[int, Field(ge=0, lt=253_402_300_800_000)]  # the year 10000


class _Unit(Answer):
    name: str = ""


class _Group(Answer):
    """A unit is a pair: bytes, or bytes per second."""

    group_tags: tuple[str, ...] = ()
    query_index: int = 0
    unit: tuple[_Unit | None, ...] = ()


class _Timeseries(Answer):
    """`values` holds one row for each series, and a row one value for each time."""

    series: tuple[_Group, ...] = ()
    times: tuple[_Milliseconds, ...] = ()
    values: tuple[tuple[float | None, ...], ...] = ()

    @model_validator(mode="after")
    def _is_a_table(self) -> Self:
        columns = {len(row) for row in self.values}
        if len(self.values) != len(self.series) or columns - {len(self.times)}:
            raise ValueError("series, times and values do not fit together")
        return self


class _Body(Answer):
    attributes: _Timeseries = _Timeseries()


class _Reply(Answer):
    data: _Body = _Body()
    errors: str = ""


async def query_metric(
    client: DatadogClient, query: str, window: Window
) -> tuple[MetricSeries, ...]:
    queries: list[JsonValue] = [{"data_source": "metrics", "name": "a", "query": query}]
    return tuple(series for _, series in await query_timeseries(client, query, queries, window))


async def query_timeseries(
    client: DatadogClient, label: str, queries: list[JsonValue], window: Window
) -> list[tuple[int, MetricSeries]]:
    """Each series with the number of the query that it answers. `label` names them all."""
    reply = await client.post("/api/v2/query/timeseries", _Reply, _question(queries, window))
    if reply.errors:
        raise InvalidInput(f"Datadog could not read {label!r}: {one_line(reply.errors)}")
    table = reply.data.attributes
    return [
        (group.query_index, _series(label, group, _points(table.times, row)))
        for group, row in zip(table.series, table.values, strict=True)
    ]


def _question(queries: list[JsonValue], window: Window) -> JsonValue:
    formulas: list[JsonValue] = [
        {"formula": query["name"]} for query in queries if isinstance(query, dict)
    ]
    return {
        "data": {
            "type": "timeseries_request",
            "attributes": {
                "from": milliseconds(window.start),
                "to": milliseconds(window.end),
                "queries": queries,
                "formulas": formulas,
            },
        }
    }


def _series(label: str, group: _Group, points: tuple[MetricPoint, ...]) -> MetricSeries:
    return MetricSeries(
        query=label,
        scope=",".join(group.group_tags),
        unit="/".join(unit.name for unit in group.unit if unit),
        points=points,
    )


def _points(times: tuple[int, ...], row: tuple[float | None, ...]) -> tuple[MetricPoint, ...]:
    """A null is a moment without a value, which says nothing: it is not a zero."""
    return tuple(
        MetricPoint(at=datetime.fromtimestamp(time / 1000, tz=UTC), value=value)
        for time, value in zip(times, row, strict=True)
        if value is not None and math.isfinite(value)
    )
