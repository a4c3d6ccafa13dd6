"""Logs counted or measured in groups, without reading them."""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, JsonValue

from dd_lib.answers import Answer, iso
from dd_lib.client import DatadogClient
from dd_lib.paging import Listing
from dd_lib.search import Meta, missing_from
from domain.evidence import Window

PATH = "/api/v2/logs/analytics/aggregate"
MOST_PAGES = 10

# fmt: off
Aggregation = Literal[
    "count", "cardinality", "pc75", "pc90", "pc95", "pc98", "pc99",
    "sum", "min", "max", "avg", "median",
]
# fmt: on


@dataclass(frozen=True)
class Measure:
    """What to work out for each group. Everything but count needs a `metric`, such as @duration.

    With an `interval` ("5m") it is worked out for each span of that length.
    """

    aggregation: Aggregation = "count"
    metric: str = ""
    interval: str = ""


class Bucket(Answer):
    """A group by its facets' values, and a value, or values over time, for each measure (c0...)."""

    by: dict[str, JsonValue] = Field(default_factory=dict)
    computes: dict[str, JsonValue] = Field(default_factory=dict)


class _Buckets(Answer):
    buckets: tuple[Bucket, ...] = ()


class _Page(Answer):
    data: _Buckets = _Buckets()
    meta: Meta = Meta()


async def aggregate_logs(
    client: DatadogClient,
    query: str,
    window: Window,
    *,
    measure: Measure,
    group_by: tuple[str, ...] = (),
    limit: int = 10,
) -> Listing[Bucket]:
    """The largest groups first; `limit` is how many of each facet."""
    body = _body(query, window, measure, group_by, limit)
    found: list[Bucket] = []
    missing: list[str] = []
    for _ in range(MOST_PAGES):
        page = await client.post(PATH, _Page, body)
        found.extend(page.data.buckets)
        missing.extend(missing_from(page.meta))
        if not page.meta.page.after or not page.data.buckets:
            break
        body = {**body, "page": {"cursor": page.meta.page.after}}
    else:
        missing.append(f"stopped after {MOST_PAGES} pages; there may be more")
    return Listing(tuple(found), "; ".join(dict.fromkeys(missing)))


def _body(
    query: str, window: Window, measure: Measure, group_by: tuple[str, ...], limit: int
) -> dict[str, JsonValue]:
    computed: dict[str, JsonValue] = {"aggregation": measure.aggregation, "type": "total"}
    if measure.metric:
        computed["metric"] = measure.metric
    order: dict[str, JsonValue] = {**computed, "type": "measure", "order": "desc"}
    if measure.interval:
        computed |= {"type": "timeseries", "interval": measure.interval}
    groups: list[JsonValue] = [
        {"facet": facet, "limit": limit, "sort": order} for facet in group_by
    ]
    return {
        "filter": {"query": query, "from": iso(window.start), "to": iso(window.end)},
        "compute": [computed],
        "group_by": groups,
    }
