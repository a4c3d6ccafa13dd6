"""Intents whose question is a body. The official client gives `from` a leading underscore."""

from datetime import datetime
from typing import Any

from datadog_api_client.v2.api.dora_metrics_api import DORAMetricsApi
from datadog_api_client.v2.api.events_api import EventsApi
from datadog_api_client.v2.api.logs_api import LogsApi
from datadog_api_client.v2.api.metrics_api import MetricsApi
from datadog_api_client.v2.api.spans_api import SpansApi

from dd_lib import (
    deployments,
    events,
    log_aggregation,
    log_pages,
    logs,
    metrics,
    service_health,
    span_records,
    spans,
)
from dd_lib.log_aggregation import Measure
from dd_lib.log_pages import LogQuestion
from tests.contract.official.client import official
from tests.contract.parity.intents import WINDOW, Intent

TIMES = {"_from": "2026-01-02T11:35:00.000+00:00", "to": "2026-01-02T12:05:00.000+00:00"}
DURATION = {"aggregation": "pc95", "metric": "@duration"}


def a_search(query: str) -> dict[str, Any]:
    return {
        "filter": {"query": query, **TIMES},
        "sort": "timestamp",
        "page": {"limit": 10},
    }


def a_timeseries(*queries: dict[str, str]) -> dict[str, Any]:
    attributes = {
        "_from": milliseconds(WINDOW.start),
        "to": milliseconds(WINDOW.end),
        "queries": list(queries),
        "formulas": [{"formula": query["name"]} for query in queries],
    }
    return {"data": {"type": "timeseries_request", "attributes": attributes}}


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def a_health_query(stat: str) -> dict[str, str]:
    return {
        "data_source": "apm_metrics",
        "name": stat,
        "service": "checkout",
        "stat": stat,
        "query_filter": "env:prod",
    }


SEARCHES = [
    Intent(
        "search logs",
        lambda client: logs.search_logs(client, "service:checkout", WINDOW, 10),
        official(LogsApi, "list_logs", body=a_search("service:checkout")),
    ),
    Intent(
        "read a page of logs",
        lambda client: log_pages.search_log_page(
            client,
            LogQuestion(
                query="a",
                start="now-1h",
                end="now",
                indexes=("main", "web"),
                sort="-timestamp",
                cursor="c",
            ),
        ),
        official(
            LogsApi,
            "list_logs",
            body={
                "filter": {
                    "query": "a",
                    "_from": "now-1h",
                    "to": "now",
                    "indexes": ["main", "web"],
                },
                "sort": "-timestamp",
                "page": {"limit": 50, "cursor": "c"},
            },
        ),
    ),
    Intent(
        "aggregate logs",
        lambda client: log_aggregation.aggregate_logs(
            client,
            "env:prod",
            WINDOW,
            measure=Measure("pc95", "@duration", "5m"),
            group_by=("service", "@http.url"),
            limit=7,
        ),
        official(
            LogsApi,
            "aggregate_logs",
            body={
                "filter": {"query": "env:prod", **TIMES},
                "compute": [{**DURATION, "type": "timeseries", "interval": "5m"}],
                "group_by": [
                    {
                        "facet": facet,
                        "limit": 7,
                        "sort": {**DURATION, "type": "measure", "order": "desc"},
                    }
                    for facet in ("service", "@http.url")
                ],
            },
        ),
    ),
    Intent(
        "search events",
        lambda client: events.search_events(client, "source:alert", WINDOW, 10),
        official(EventsApi, "search_events", body=a_search("source:alert")),
    ),
    Intent(
        "search spans",
        lambda client: spans.search_spans(client, "status:error", WINDOW, limit=10),
        official(
            SpansApi,
            "list_spans",
            body={"data": {"type": "search_request", "attributes": a_search("status:error")}},
        ),
    ),
    Intent(
        "search spans as evidence",
        lambda client: span_records.search_span_records(client, "*", WINDOW, 10),
        official(
            SpansApi,
            "list_spans",
            body={"data": {"type": "search_request", "attributes": a_search("*")}},
        ),
    ),
    Intent(
        "query a metric",
        lambda client: metrics.query_metric(client, "avg:system.load.1{*} by {host}", WINDOW),
        official(
            MetricsApi,
            "query_timeseries_data",
            body=a_timeseries(
                {
                    "data_source": "metrics",
                    "name": "a",
                    "query": "avg:system.load.1{*} by {host}",
                }
            ),
        ),
    ),
    Intent(
        "ask for a service's health",
        lambda client: service_health.get_service_health(client, "checkout", WINDOW, env="prod"),
        official(
            MetricsApi,
            "query_timeseries_data",
            body=a_timeseries(*map(a_health_query, service_health.STATISTICS)),
        ),
    ),
    Intent(
        "list deployments",
        lambda client: deployments.list_deployments(
            client, WINDOW, limit=5, query="service:checkout"
        ),
        official(
            DORAMetricsApi,
            "list_dora_deployments",
            body={
                "data": {
                    "type": "dora_deployments_list_request",
                    "attributes": {
                        "_from": WINDOW.start,
                        "to": WINDOW.end,
                        "limit": 5,
                        "query": "service:checkout",
                    },
                }
            },
        ),
        {"data": []},
    ),
]
