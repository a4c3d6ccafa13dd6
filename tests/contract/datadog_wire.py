"""What Datadog says on the wire, oddities included: nulls, numbers as ids, parts left out."""

from collections.abc import Mapping
from typing import Any

import httpx

DOWNTIME_ID = "00000000-0000-1234-0000-000000000000"

DOWNTIME = {
    "id": DOWNTIME_ID,
    "type": "downtime",
    "attributes": {
        "scope": "env:prod AND service:checkout",
        "monitor_identifier": {"monitor_id": 42},
        "message": "deploying",
        "status": "active",
        "schedule": {"start": "2026-01-02T12:00:00.000000+00:00", "end": None},
        "canceled": None,
        "mute_first_recovery_notification": False,
    },
    "relationships": {"monitor": {"data": {"id": "42", "type": "monitors"}}},
}
BY_TAGS = {
    "id": "00000000-0000-1234-0000-000000000001",
    "type": "downtime",
    "attributes": {
        "scope": "*",
        "monitor_identifier": {"monitor_tags": ["team:shop"]},
        "message": None,
        "status": "scheduled",
        "schedule": {
            "timezone": "UTC",
            "recurrences": [{"duration": "1h", "rrule": "FREQ=DAILY", "start": "2026-01-03T00:00"}],
            "current_downtime": {
                "start": "2026-01-03T00:00:00.000000+00:00",
                "end": "2026-01-03T01:00:00.000000+00:00",
            },
        },
    },
}
MONITOR_EVENT = {
    "id": "AAAAAYNnB2PSDqWxVwAAAABBWU5u",
    "type": "event",
    "attributes": {
        "timestamp": "2026-01-02T11:59:00.000Z",
        "message": "errors above 5%",
        "tags": ["env:prod", "source:alert"],
        "attributes": {
            "evt": {"id": "8273645546372819001", "name": "Errors"},
            "monitor_id": 42,
            "monitor": {"id": 42, "modified": 1767355140000, "group_status": 1},
            "related_event_id": 7,
            "title": "[Triggered] Errors",
            "source_type_name": None,
        },
    },
}
HOST = {
    "id": 7,
    "name": "web-1",
    "host_name": "web-1",
    "aliases": ["i-0abc"],
    "apps": ["nginx"],
    "up": True,
    "is_muted": True,
    "mute_timeout": 1767358800,
    "metrics": {"cpu": 12.75, "iowait": None, "load": 0.5},
    "tags_by_source": {"Datadog": ["env:prod"]},
}
FOUND_MONITOR = {
    "id": 42,
    "name": "Errors",
    "status": "Alert",
    "type": "log alert",
    "query": 'logs("service:checkout").last("5m") > 5',
    "tags": ["team:shop"],
    "scopes": ["env:prod"],
    "priority": None,
    "creator": {"handle": "ada@example.com", "id": 5, "name": None},
    "last_triggered_ts": 1767355140,
    "metrics": [],
}
MONITOR = {
    "id": 42,
    "name": "Errors",
    "type": "log alert",
    "query": 'logs("service:checkout").last("5m") > 5',
    "message": "@webhook-rayne",
    "overall_state": "Alert",
    "tags": ["team:shop"],
    "priority": 2,
    "created": "2025-06-01T09:00:00.000000+00:00",
    "modified": "2025-06-02T09:00:00.000000+00:00",
    "creator": {"email": "ada@example.com", "handle": "ada@example.com", "id": 5, "name": "Ada"},
    "deleted": None,
    "org_id": 1,
}
LOG = {
    "id": "AgAAAYNnB2PSDqWxVwAAAAAAAAAYAAAAAEFZTm4",
    "type": "log",
    "attributes": {
        "timestamp": "2026-01-02T11:59:00.000Z",
        "host": "web-1",
        "service": "checkout",
        "status": "error",
        "message": "connection reset",
        "attributes": {"http": {"status_code": 502}},
        "tags": ["env:prod"],
    },
}
DEFINITION = {
    "id": "checkout",
    "type": "service-definition",
    "attributes": {
        "schema": {"schema-version": "v2.2", "dd-service": "checkout", "team": "shop"},
        "meta": {"last-modified-time": "2026-01-01T00:00:00Z", "origin": "api"},
    },
}
MONITOR_PAGE = {
    "monitors": [FOUND_MONITOR],
    "counts": {"status": [{"name": "Alert", "count": 1}]},
    "metadata": {"page": 0, "page_count": 1, "per_page": 30, "total_count": 1},
}

ANSWERS: Mapping[tuple[str, str], Any] = {
    ("GET", "/api/v2/downtime"): {
        "data": [DOWNTIME, BY_TAGS],
        "meta": {"page": {"total_filtered_count": 2}},
    },
    ("POST", "/api/v2/downtime"): {"data": DOWNTIME, "included": []},
    ("GET", f"/api/v2/downtime/{DOWNTIME_ID}"): {"data": DOWNTIME},
    ("POST", "/api/v2/events/search"): {
        "data": [MONITOR_EVENT],
        "meta": {"page": {"after": "next"}, "status": "timeout"},
    },
    ("GET", "/api/v1/hosts"): {
        "host_list": [HOST],
        "total_matching": 1,
        "total_returned": 1,
        "exact_total_matching": True,
    },
    ("GET", "/api/v1/hosts/totals"): {"total_active": 3, "total_up": 4},
    ("GET", "/api/v1/tags/hosts"): {"tags": {"env:prod": ["web-1"], "env:old": ["gone-1"]}},
    ("GET", "/api/v1/tags/hosts/web-1"): {"host": "web-1", "tags": ["env:prod"]},
    ("GET", "/api/v1/monitor/search"): MONITOR_PAGE,
    ("GET", "/api/v1/monitor/42"): MONITOR,
    ("POST", "/api/v2/logs/events/search"): {
        "data": [LOG],
        "links": {"next": "https://api.datadoghq.com/api/v2/logs/events?page[cursor]=next"},
        "meta": {"page": {"after": "next"}, "status": "done", "elapsed": 7},
    },
    ("POST", "/api/v2/services/definitions"): {"data": [DEFINITION]},
}


def datadog(request: httpx.Request) -> httpx.Response:
    """An httpx transport's handler."""
    asked = (request.method, request.url.path)
    if asked == ("DELETE", f"/api/v2/downtime/{DOWNTIME_ID}"):
        return httpx.Response(204, headers={"Content-Type": "text/html"})
    if asked == ("GET", "/api/v2/services/definitions"):
        first = request.url.params["page[number]"] == "0"
        return httpx.Response(200, json={"data": [DEFINITION] if first else []})
    if asked in ANSWERS:
        return httpx.Response(200, json=ANSWERS[asked])
    return httpx.Response(404, json={"errors": ["Not Found"]})
