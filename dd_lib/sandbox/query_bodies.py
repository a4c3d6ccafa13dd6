"""What Datadog accepts as a query for numbers: of metrics, of traces, of logs and events."""

from typing import Annotated, Literal

from pydantic import Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.records import Record

LATEST = 253_402_300_799_999  # milliseconds: the end of the year 9999

Milliseconds = Annotated[int, Field(ge=0, le=LATEST)]
Order = Literal["asc", "desc"]
EventsAggregation = Literal[
    "count", "cardinality", "pc75", "pc90", "pc95", "pc98", "pc99", "sum", "min", "max", "avg"
]
Statistic = Literal[
    "hits", "hits_per_second", "errors", "errors_per_second", "error_rate", "apdex", "total_time",
    "latency_avg", "latency_max", "latency_p50", "latency_p75", "latency_p90", "latency_p95",
    "latency_p99", "latency_p999",
]  # fmt: skip


class MetricsQuery(Closed):
    data_source: Literal["metrics"]
    query: str
    name: str = ""


class ScalarMetricsQuery(MetricsQuery):
    aggregator: Literal["avg", "min", "max", "sum", "last", "percentile", "mean", "l2norm", "area"]


class ApmQuery(Closed):
    """The scenarios' spans have one operation and one kind, so what asks for one is no filter."""

    data_source: Literal["apm_metrics"]
    stat: Statistic
    name: str = ""
    service: str = ""
    resource_name: str = ""
    query_filter: str = ""
    group_by: tuple[str, ...] = ()
    operation_name: str = ""
    operation_mode: str = ""
    span_kind: Literal["consumer", "server", "client", "producer", "internal"] = "server"


class EventsCompute(Closed):
    """`interval` is in milliseconds."""

    aggregation: EventsAggregation
    metric: str = ""
    interval: int | None = Field(default=None, ge=1000)


class EventsSearch(Closed):
    query: str = "*"


class EventsGroupSort(Closed):
    aggregation: EventsAggregation
    metric: str = ""
    order: Order = "desc"
    type: Literal["alphabetical", "measure"] = "measure"


class EventsGroupBy(Closed):
    facet: str
    limit: int = Field(default=10, ge=1, le=10_000)
    sort: EventsGroupSort = EventsGroupSort(aggregation="count")


class EventsQuery(Closed):
    data_source: Literal["logs", "spans", "events"]
    compute: EventsCompute
    search: EventsSearch = EventsSearch()
    group_by: tuple[EventsGroupBy, ...] = ()
    indexes: tuple[str, ...] = ("*",)
    name: str = ""


class UntoldQuery(Record):
    """Of what no scenario tells anything: it finds nothing, as in an account without it."""

    data_source: Literal[
        "apm_dependency_stats", "apm_resource_stats", "audit", "ci_pipelines", "ci_tests",
        "cloud_cost", "container", "dora", "incident_analytics", "network", "on_call_events",
        "process", "product_analytics", "profiles", "rum", "security_signals", "slo",
    ]  # fmt: skip
    name: str = ""


AnyQuery = MetricsQuery | ApmQuery | EventsQuery | UntoldQuery
TimeseriesQuery = Annotated[AnyQuery, Field(discriminator="data_source")]
ScalarQuery = Annotated[
    ScalarMetricsQuery | ApmQuery | EventsQuery | UntoldQuery, Field(discriminator="data_source")
]


class FormulaLimit(Closed):
    count: int | None = Field(default=None, ge=0)
    order: Order = "desc"


class FormulaBody(Closed):
    formula: str
    limit: FormulaLimit | None = None  # of scalars only


class TimeseriesAttributes(Closed):
    from_: Milliseconds = Field(alias="from")
    to: Milliseconds
    interval: int | None = Field(default=None, ge=1000)
    queries: tuple[TimeseriesQuery, ...] = Field(min_length=1)
    formulas: tuple[FormulaBody, ...] = ()


class ScalarAttributes(Closed):
    from_: Milliseconds = Field(alias="from")
    to: Milliseconds
    queries: tuple[ScalarQuery, ...] = Field(min_length=1)
    formulas: tuple[FormulaBody, ...] = ()


class TimeseriesData(Closed):
    """`type` is checked apart, here and below, for Datadog's own words about it."""

    type: str
    attributes: TimeseriesAttributes


class TimeseriesRequest(Closed):
    data: TimeseriesData


class ScalarData(Closed):
    type: str
    attributes: ScalarAttributes


class ScalarRequest(Closed):
    data: ScalarData
