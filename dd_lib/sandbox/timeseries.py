"""Turns metric rows into Datadog's time series: filtered, grouped, put into intervals."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dd_lib.sandbox.metric_query import MetricQuery
from dd_lib.sandbox.moments import to_milliseconds
from dd_lib.sandbox.records import MetricRecord
from dd_lib.sandbox.search import Searchable

MAX_POINTS = 400  # per series, as many as a graph shows
_STEPS = (60, 120, 300, 600, 1200, 3600, 7200, 14400, 86400)  # seconds

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """When to look, and how wide one interval is. Milliseconds; `end` is not inside."""

    start: int
    end: int
    step: int
    origin: int = 0  # where one of the intervals begins: the epoch

    @classmethod
    def between(cls, start: datetime, end: datetime, step_seconds: int | None) -> "Span":
        """Without a step, the shortest that leaves at most MAX_POINTS."""
        length = max((end - start).total_seconds(), 1)
        fitting = (step for step in _STEPS if length / step <= MAX_POINTS)
        step = step_seconds or next(fitting, _STEPS[-1])
        return cls(to_milliseconds(start), to_milliseconds(end), step * 1000)

    @classmethod
    def whole(cls, start: int, end: int) -> "Span":
        """All of it is one interval."""
        return cls(start, end, max(end - start, 1), origin=start)

    def interval_of(self, moment: datetime) -> int:
        """The beginning of the interval that `moment` falls into."""
        passed = to_milliseconds(moment) - self.origin
        return self.origin + passed // self.step * self.step

    def holds(self, moment: datetime) -> bool:
        return self.start <= to_milliseconds(moment) < self.end


@dataclass(frozen=True, slots=True)
class Series:
    """`group` holds one "key:value" per key of the query's `by`; points by interval start (ms)."""

    group: Group
    points: dict[int, float]


def evaluate(query: MetricQuery, rows: Iterable[MetricRecord], span: Span) -> tuple[Series, ...]:
    """Sorted by group. A group without a point inside the span is left out."""
    groups: dict[Group, list[MetricRecord]] = defaultdict(list)
    for row in rows:
        if row.metric == query.metric and span.holds(row.timestamp):
            group = _group_of(row, query.group_by)
            if group is not None and query.scope(Searchable(reserved={}, tags=row.tags)):
                groups[group].append(row)
    return tuple(Series(group, _points(query, groups[group], span)) for group in sorted(groups))


def _group_of(row: MetricRecord, keys: tuple[str, ...]) -> Group | None:
    """None where the row lacks a key: Datadog leaves it out of a grouped query."""
    found = []
    for key in keys:
        tag = next((tag for tag in row.tags if tag.startswith(f"{key}:")), None)
        if tag is None:
            return None
        found.append(tag)
    return tuple(found)


def _points(query: MetricQuery, rows: list[MetricRecord], span: Span) -> dict[int, float]:
    """First joins the points of each series in an interval, then the series of the group."""
    cells: dict[int, dict[Group, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        cells[span.interval_of(row.timestamp)][row.tags].append(row.value)
    return {
        start: query.across([query.within(values) for values in cells[start].values()])
        for start in sorted(cells)
    }
