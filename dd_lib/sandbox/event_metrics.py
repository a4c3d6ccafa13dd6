"""Logs, spans and events as numbers over time."""

from collections import defaultdict
from collections.abc import Iterable

from dd_lib.sandbox.aggregation import Compute, GroupBy, GroupSort, groups_of, reduced
from dd_lib.sandbox.entries import event_entries, log_entries
from dd_lib.sandbox.query_bodies import EventsGroupBy, EventsQuery
from dd_lib.sandbox.record_search import Entry
from dd_lib.sandbox.records import Telemetry
from dd_lib.sandbox.search import parse_query
from dd_lib.sandbox.span_entries import span_entries
from dd_lib.sandbox.timeseries import Series, Span


def event_series(query: EventsQuery, telemetry: Telemetry, span: Span) -> tuple[Series, ...]:
    """Sorted by group. Raises InvalidInput for a query that cannot be read."""
    asked = parse_query(query.search.query)
    found = [
        entry
        for entry in _entries(query.data_source, telemetry)
        if span.holds(entry.at) and asked(entry.searchable)
    ]
    facets = [group_by.facet for group_by in query.group_by]
    return tuple(
        Series(
            tuple(f"{facet}:{value}" for facet, value in zip(facets, key, strict=True)),
            _points(query, entries, span),
        )
        for key, entries in sorted(groups_of(found, _group_bys(query)).items())
    )


def _entries(source: str, telemetry: Telemetry) -> list[Entry]:
    if source == "logs":
        return log_entries(telemetry.logs)
    if source == "spans":
        return span_entries(telemetry.spans)
    return event_entries(telemetry.events, telemetry.monitors)


def _group_bys(query: EventsQuery) -> tuple[GroupBy, ...]:
    return tuple(_group_by(each) for each in query.group_by)


def _group_by(asked: EventsGroupBy) -> GroupBy:
    sort = GroupSort(
        aggregation=asked.sort.aggregation,
        metric=asked.sort.metric,
        order=asked.sort.order,
        type=asked.sort.type,
    )
    return GroupBy(facet=asked.facet, limit=asked.limit, sort=sort)


def _points(query: EventsQuery, entries: Iterable[Entry], span: Span) -> dict[int, float]:
    compute = Compute(aggregation=query.compute.aggregation, metric=query.compute.metric)
    cells: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        cells[span.interval_of(entry.at)].append(entry)
    numbers = {at: reduced(compute, found) for at, found in sorted(cells.items())}
    return {at: number for at, number in numbers.items() if number is not None}
