"""Logs in buckets: grouped by facets, each group reduced to numbers or to a line of them."""

import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue, field_validator

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import from_milliseconds, iso_milliseconds, parse_span, to_milliseconds
from dd_lib.sandbox.record_search import Entry, SearchFilter, matching
from dd_lib.sandbox.reducers import EVENTS
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import values_of

Aggregation = Literal[
    "count", "cardinality", "pc75", "pc90", "pc95", "pc98", "pc99", "sum", "min", "max", "avg",
    "median",
]  # fmt: skip
GroupKey = tuple[str, ...]
DEFAULT_INTERVAL = "5m"
MAX_POINTS = 4000


class Compute(Closed):
    aggregation: Aggregation = "count"
    metric: str | None = None
    type: Literal["total", "timeseries"] = "total"
    interval: str | None = None


class GroupSort(Closed):
    aggregation: Aggregation | None = None
    metric: str | None = None
    order: Literal["asc", "desc"] = "asc"
    type: Literal["alphabetical", "measure"] = "alphabetical"


class GroupBy(Closed):
    facet: str
    limit: int = Field(default=10, ge=1, le=10_000)
    missing: str | float | None = None
    sort: GroupSort = GroupSort()
    histogram: None = None  # see _refuse
    total: None = None

    @field_validator("histogram", "total", mode="before")
    @classmethod
    def _refuse(cls, value: object) -> object:
        if value:
            raise Refusal(400, "The sandbox computes no histograms and no totals of groups")
        return None


class Page(Closed):
    cursor: str | None = None


class AggregateRequest(Closed):
    compute: tuple[Compute, ...] = (Compute(),)
    filter: SearchFilter = SearchFilter()
    group_by: tuple[GroupBy, ...] = ()
    options: dict[str, JsonValue] = Field(default_factory=dict)
    page: Page = Page()


def aggregate(entries: Iterable[Entry], request: AggregateRequest, now: datetime) -> Resource:
    """All buckets on one page. Raises InvalidInput, Refusal."""
    groups = groups_of(matching(entries, request.filter, now), request.group_by)
    buckets: list[JsonValue] = [_bucket(key, found, request) for key, found in groups.items()]
    return {"data": {"buckets": buckets}, "meta": {"elapsed": 1, "status": "done"}}


def groups_of(found: list[Entry], group_bys: tuple[GroupBy, ...]) -> dict[GroupKey, list[Entry]]:
    """In the order asked for, no more than asked for, none of them empty.

    An entry without a facet's value is in no group, unless `missing` names one.
    """
    unlimited: dict[GroupKey, list[Entry]] = defaultdict(list)
    for entry in found:
        for key in _keys_of(entry, group_bys):
            unlimited[key].append(entry)
    groups = dict(unlimited)
    for place, group_by in enumerate(group_bys):
        groups = _limited(groups, place, group_by)
    return groups


def _keys_of(entry: Entry, group_bys: tuple[GroupBy, ...]) -> list[GroupKey]:
    keys: list[GroupKey] = [()]
    for each in group_bys:
        values = values_of(entry.searchable, each.facet)
        if not values and each.missing is not None:
            values = [str(each.missing)]
        keys = [(*key, value) for key in keys for value in dict.fromkeys(values)]
    return keys


def _limited(
    groups: dict[GroupKey, list[Entry]], place: int, group_by: GroupBy
) -> dict[GroupKey, list[Entry]]:
    """The first `limit` values of one facet, in its order, with all their groups."""
    by_value: dict[str, list[Entry]] = defaultdict(list)
    for key, found in groups.items():
        by_value[key[place]] += found
    sort = group_by.sort

    def position(value: str) -> tuple[float, str]:
        if sort.type == "alphabetical":
            return (0.0, value)
        wanted = Compute(aggregation=sort.aggregation or "count", metric=sort.metric)
        return (reduced(wanted, by_value[value]) or 0.0, value)

    ordered = sorted(by_value, key=position, reverse=sort.order == "desc")[: group_by.limit]
    places = {value: number for number, value in enumerate(ordered)}
    kept = [key for key in groups if key[place] in places]
    return {key: groups[key] for key in sorted(kept, key=lambda key: places[key[place]])}


def _bucket(key: GroupKey, found: list[Entry], request: AggregateRequest) -> Resource:
    computed = (_computed(compute, found) for compute in request.compute)
    # Datadog knows no null here: what cannot be computed is left out.
    computes: Resource = {
        f"c{number}": value for number, value in enumerate(computed) if value is not None
    }
    facets = [group_by.facet for group_by in request.group_by]
    return {"by": dict(zip(facets, key, strict=True)), "computes": computes}


def _computed(compute: Compute, found: list[Entry]) -> JsonValue:
    if compute.type == "total":
        return reduced(compute, found)
    step = parse_span(compute.interval or DEFAULT_INTERVAL) * 1000
    intervals: dict[int, list[Entry]] = defaultdict(list)
    for entry in found:
        intervals[to_milliseconds(entry.at) // step * step].append(entry)
    return [
        {"time": iso_milliseconds(from_milliseconds(start)), "value": value}
        for start, inside in sorted(intervals.items())[:MAX_POINTS]
        if (value := reduced(compute, inside)) is not None
    ]


def reduced(compute: Compute, found: list[Entry]) -> float | None:
    """None where there is nothing to compute from."""
    if compute.aggregation == "count":
        return float(len(found))
    texts = [text for entry in found for text in values_of(entry.searchable, compute.metric or "")]
    if compute.aggregation == "cardinality":
        return float(len(set(texts)))
    values = [number for text in texts if (number := _as_number(text)) is not None]
    return EVENTS[compute.aggregation](values) if values else None


def _as_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None  # a text among numbers does not count
    return number if math.isfinite(number) else None
