"""Calls about logs, events, spans, metrics and deployments. `from` gets a leading underscore."""

from typing import Any

from datadog_api_client.v1.api.events_api import EventsApi as EventsV1Api
from datadog_api_client.v1.api.metrics_api import MetricsApi as MetricsV1Api
from datadog_api_client.v2.api.dora_metrics_api import DORAMetricsApi
from datadog_api_client.v2.api.events_api import EventsApi
from datadog_api_client.v2.api.logs_api import LogsApi
from datadog_api_client.v2.api.metrics_api import MetricsApi
from datadog_api_client.v2.api.spans_api import SpansApi

from tests.contract.official.client import Call, after, official
from tests.contract.parity.intents import WINDOW
from tests.contract.parity.searches import a_health_query, a_search, a_timeseries, milliseconds

ERRORS = "sum:checkout.errors{service:checkout} by {host}"
SINCE, UNTIL = WINDOW.start, WINDOW.end
SPANS = {"type": "search_request", "attributes": a_search("service:checkout status:error")}
LISTING = {
    "filter_from": SINCE,
    "filter_to": UNTIL,
    "sort": "-timestamp",
    "page_limit": 5,
}
TEXT_LISTING = LISTING | {"filter_from": SINCE.isoformat(), "filter_to": UNTIL.isoformat()}
POSTED = official(
    EventsV1Api,
    "create_event",
    body={
        "title": "Deployed",
        "text": "a new version",
        "tags": ["service:checkout"],
        "alert_type": "info",
        "priority": "normal",
    },
)
CHANGE = {
    "data": {
        "type": "event",
        "attributes": {
            "category": "change",
            "title": "The flag was turned",
            "message": "fallback is on",
            "tags": ["service:checkout"],
            "attributes": {
                "changed_resource": {"name": "fallback", "type": "feature_flag"},
                "author": {"name": "ada@example.com", "type": "user"},
                "new_value": {"enabled": True},
                "prev_value": {"enabled": False},
                "impacted_resources": [{"name": "checkout", "type": "service"}],
            },
        },
    }
}
CHANGED = official(EventsApi, "create_event", body=CHANGE)
DEPLOYED = official(
    DORAMetricsApi,
    "create_dora_deployment",
    body={
        "data": {
            "attributes": {
                "service": "checkout",
                "env": "prod",
                "version": "2.14.0",
                "started_at": milliseconds(SINCE) * 10**6,
                "finished_at": (milliseconds(SINCE) + 60_000) * 10**6,
                "git": {
                    "commit_sha": "66adc9350f2cc9b250b69abddab733dd55e1a588",
                    "repository_url": "https://git.example/shop/checkout",
                },
            }
        }
    },
)
SEVERAL = {
    "compute": [
        {"aggregation": "count", "type": "total"},
        {"aggregation": "pc95", "metric": "@duration"},
    ],
    "filter": a_search("*")["filter"],
    "group_by": [{"facet": "service", "limit": 5, "missing": "none"}],
}
SCALAR: dict[str, Any] = {
    "data": {
        "type": "scalar_request",
        "attributes": {
            "_from": milliseconds(SINCE),
            "to": milliseconds(UNTIL),
            "queries": [
                {"data_source": "metrics", "name": "a", "query": ERRORS, "aggregator": "sum"}
            ],
            "formulas": [{"formula": "a", "limit": {"count": 3, "order": "desc"}}],
        },
    }
}
A_METRIC = {"data_source": "metrics", "name": "a", "query": ERRORS}

SEARCHES = [
    Call("POST", "/api/v2/logs/events/search", official(LogsApi, "list_logs", body=a_search("*"))),
    Call(
        "GET",
        "/api/v2/logs/events",
        official(LogsApi, "list_logs_get", filter_query="*", filter_indexes=["main"], **LISTING),
    ),
    Call(
        "POST",
        "/api/v2/logs/analytics/aggregate",
        official(LogsApi, "aggregate_logs", body=SEVERAL),
    ),
    Call("POST", "/api/v2/events/search", official(EventsApi, "search_events", body=a_search("*"))),
    Call("GET", "/api/v2/events", official(EventsApi, "list_events", **TEXT_LISTING)),
    Call("POST", "/api/v2/events", CHANGED),
    Call(
        "GET",
        "/api/v2/events/{event_id}",
        after(
            CHANGED,
            lambda made: official(EventsApi, "get_event", made.data.attributes.attributes.evt.uid),
        ),
    ),
    Call(
        "GET",
        "/api/v1/events",
        official(
            EventsV1Api,
            "list_events",
            start=int(SINCE.timestamp()),
            end=int(UNTIL.timestamp()),
            unaggregated=True,
        ),
        "events",
    ),
    Call("POST", "/api/v1/events", POSTED, "event"),
    Call(
        "GET",
        "/api/v1/events/{event_id}",
        after(POSTED, lambda made: official(EventsV1Api, "get_event", made.event.id)),
        "event",
    ),
    Call(
        "POST",
        "/api/v2/spans/events/search",
        official(SpansApi, "list_spans", body={"data": SPANS}),
    ),
    Call("GET", "/api/v2/spans/events", official(SpansApi, "list_spans_get", **TEXT_LISTING)),
    Call(
        "GET",
        "/api/v1/query",
        official(
            MetricsV1Api,
            "query_metrics",
            int(SINCE.timestamp()),
            int(UNTIL.timestamp()),
            ERRORS,
        ),
        "series",
    ),
    Call(
        "POST",
        "/api/v2/query/timeseries",
        official(MetricsApi, "query_timeseries_data", body=a_timeseries(A_METRIC)),
    ),
    Call(
        "POST",
        "/api/v2/query/timeseries",
        official(
            MetricsApi, "query_timeseries_data", body=a_timeseries(a_health_query("latency_p99"))
        ),
    ),
    Call("POST", "/api/v2/query/scalar", official(MetricsApi, "query_scalar_data", body=SCALAR)),
    Call("POST", "/api/v2/dora/deployment", DEPLOYED),
    Call(
        "POST",
        "/api/v2/dora/deployments",
        after(
            DEPLOYED,
            lambda _: official(
                DORAMetricsApi,
                "list_dora_deployments",
                body={
                    "data": {
                        "type": "dora_deployments_list_request",
                        "attributes": {
                            "_from": SINCE,
                            "to": UNTIL,
                            "query": "service:checkout",
                            "limit": 5,
                        },
                    }
                },
            ),
        ),
    ),
]
