"""A service's requests, errors and latency over time, from its traces' metrics.

Asked as a metric, for searching spans is limited to 300 requests an hour.
"""

from collections.abc import Mapping

from pydantic import JsonValue

from dd_lib.client import DatadogClient
from dd_lib.metrics import query_timeseries
from domain.evidence import MetricSeries, Window
from domain.query import term

# Datadog's name of each statistic, and its unit where the answer has none.
STATISTICS: Mapping[str, str] = {
    "hits": "",
    "error_rate": "",
    "latency_p50": "second",
    "latency_p99": "second",
}


async def get_service_health(
    client: DatadogClient, service: str, window: Window, *, env: str = ""
) -> dict[str, MetricSeries]:
    """By statistic; those of which Datadog knows nothing are left out. One request."""
    queries: list[JsonValue] = [_query(service, env, statistic) for statistic in STATISTICS]
    found = await query_timeseries(client, f"health of {service}", queries, window)
    names = list(STATISTICS)
    return {
        names[index]: _named(series, names[index])
        for index, series in found
        if index < len(names) and series.points
    }


def _query(service: str, env: str, statistic: str) -> JsonValue:
    query: dict[str, JsonValue] = {
        "data_source": "apm_metrics",
        "name": statistic,
        "service": service,
        "stat": statistic,
    }
    return {**query, "query_filter": term("env", env)} if env else query


def _named(series: MetricSeries, statistic: str) -> MetricSeries:
    unit = series.unit or STATISTICS[statistic]
    return series.model_copy(update={"query": statistic, "unit": unit})
