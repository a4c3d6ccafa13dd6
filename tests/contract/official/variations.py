"""Calls whose answers are shaped otherwise: after a cancellation, in another version, over time."""

from typing import Any

from datadog_api_client.v1.api.events_api import EventsApi as EventsV1Api
from datadog_api_client.v1.api.monitors_api import MonitorsApi
from datadog_api_client.v1.api.notebooks_api import NotebooksApi
from datadog_api_client.v2.api.downtimes_api import DowntimesApi
from datadog_api_client.v2.api.events_api import EventsApi
from datadog_api_client.v2.api.logs_api import LogsApi
from datadog_api_client.v2.api.metrics_api import MetricsApi
from datadog_api_client.v2.api.service_definition_api import ServiceDefinitionApi

from tests.contract.official.client import Ask, Call, after, official
from tests.contract.official.places import DEFINITIONS, MONITOR_ID
from tests.contract.official.searches import POSTED, SCALAR, SINCE, UNTIL
from tests.contract.official.writes import DOWNTIME, MUTED, MUTED_BY_TAGS
from tests.contract.parity.intents import Json
from tests.contract.parity.searches import a_search, a_timeseries

ONE_MONITOR = "/api/v1/monitor/{monitor_id}"
TIMESERIES = "/api/v2/query/timeseries"
ALERT = {
    "data": {
        "type": "event",
        "attributes": {
            "category": "alert",
            "title": "Errors above five percent",
            "integration_id": "custom-events",
            "attributes": {
                "status": "error",
                "priority": "2",
                "custom": {"region": "eu"},
                "links": [
                    {"category": "runbook", "title": "Runbook", "url": "https://run.example"}
                ],
            },
        },
    }
}
ALERTED = official(EventsApi, "create_event", body=ALERT)
OVER_TIME = {
    "compute": [{"aggregation": "count", "type": "timeseries", "interval": "5m"}],
    "filter": a_search("*")["filter"],
    "group_by": [{"facet": "status", "sort": {"aggregation": "count", "order": "asc"}}],
}
LIVE = {
    "data": {
        "type": "notebooks",
        "attributes": {
            "name": "Live",
            "time": {"live_span": "1h"},
            "cells": [
                {
                    "type": "notebook_cells",
                    "attributes": {
                        "graph_size": "m",
                        "definition": {
                            "type": kind,
                            "requests": [{"q": "avg:system.load.1{*} by {host}"}],
                        },
                        "split_by": {"keys": [], "tags": []},
                        "time": None,
                    },
                }
                for kind in ("timeseries", "toplist", "heatmap", "distribution")
            ],
        },
    }
}


def counted(source: str) -> Json:
    """A query of events rather than of points."""
    return {
        "data_source": source,
        "name": "a",
        "search": {"query": "service:checkout"},
        "compute": {"aggregation": "count"},
        "group_by": [{"facet": "service"}],
    }


def a_service(version: str) -> Ask:
    team = {"dd_team" if version == "v2" else "team": "shop"}
    body = {"schema_version": version, "dd_service": f"cart-{version}", **team}
    return official(ServiceDefinitionApi, "create_or_update_service_definitions", body=body)


def cancelled(made: Any) -> Ask:
    lift = official(DowntimesApi, "cancel_downtime", made.data.id)
    return after(lift, lambda _: official(DowntimesApi, "get_downtime", made.data.id))


VARIATIONS = [
    Call("GET", DOWNTIME, after(MUTED, cancelled)),
    Call(
        "GET",
        DOWNTIME,
        after(MUTED_BY_TAGS, lambda made: official(DowntimesApi, "get_downtime", made.data.id)),
    ),
    Call(
        "GET",
        ONE_MONITOR,
        after(
            MUTED,
            lambda _: official(
                MonitorsApi, "get_monitor", MONITOR_ID, with_downtimes=True, with_assets=True
            ),
        ),
        "name",
    ),
    Call(
        "GET",
        "/api/v1/monitor/search",
        after(MUTED, lambda _: official(MonitorsApi, "search_monitors", query="muted:true")),
        "monitors",
    ),
    Call("POST", "/api/v2/events", ALERTED),
    Call(
        "GET",
        "/api/v2/events/{event_id}",
        after(
            ALERTED,
            lambda made: official(EventsApi, "get_event", made.data.attributes.attributes.evt.uid),
        ),
    ),
    Call(
        "POST",
        "/api/v2/events/search",
        after(
            ALERTED,
            lambda _: official(EventsApi, "search_events", body=a_search("source:alert")),
        ),
    ),
    Call(
        "GET",
        "/api/v1/events",
        after(
            POSTED,
            lambda _: official(
                EventsV1Api,
                "list_events",
                start=int(SINCE.timestamp()),
                end=int(UNTIL.timestamp()),
                priority="normal",
                tags="service:checkout",
            ),
        ),
        "events",
    ),
    Call(
        "POST",
        "/api/v2/logs/analytics/aggregate",
        official(LogsApi, "aggregate_logs", body=OVER_TIME),
    ),
    *(
        Call(
            "POST",
            TIMESERIES,
            official(MetricsApi, "query_timeseries_data", body=a_timeseries(counted(source))),
        )
        for source in ("logs", "spans")
    ),
    Call(
        "POST",
        "/api/v2/query/scalar",
        official(
            MetricsApi,
            "query_scalar_data",
            body={
                "data": {
                    **SCALAR["data"],
                    "attributes": SCALAR["data"]["attributes"] | {"queries": [counted("logs")]},
                }
            },
        ),
    ),
    Call("POST", "/api/v1/notebooks", official(NotebooksApi, "create_notebook", body=LIVE)),
    *(Call("POST", DEFINITIONS, a_service(version)) for version in ("v2", "v2.1", "v2.2")),
]
