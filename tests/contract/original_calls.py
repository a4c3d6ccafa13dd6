"""What the first Rayne's clients call, and the status and fields that they rely on.

Every row of its README that this Rayne offers, and its undocumented neighbours. A field may have
come to be beside these; none may have left or changed its type.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

MONITOR, HOST = 14205511, "checkout-7d9f-a"
RECEIVER = "https://rayne.test/v1/webhooks/receive"
README_WEBHOOK = json.loads(
    (Path(__file__).parent / "payloads" / "webhooks" / "original_readme_curl.json").read_text()
)


class Call(NamedTuple):
    """`fields` is a value, a type, a dict of at least these names, or a list whose every item looks
    like the one that stands in it.
    """

    method: str
    path: str
    status: int
    fields: Any
    body: Any = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


ERROR = {"error": str}
PAYLOAD = {
    **dict.fromkeys(("alert_id", "monitor_id", "timestamp", "last_updated", "org_id"), int),
    **dict.fromkeys(("alert_title", "alert_message", "alert_status", "priority"), str),
    **dict.fromkeys(("monitor_name", "monitor_type", "event_type", "hostname"), str),
    **dict.fromkeys(("service", "scope", "transition_id", "snapshot_url", "link"), str),
    **dict.fromkeys(("org_name", "ALERT_STATE", "ALERT_TITLE", "APPLICATION_LONGNAME"), str),
    **dict.fromkeys(("APPLICATION_TEAM", "DETAILED_DESCRIPTION", "IMPACT", "METRIC"), str),
    **dict.fromkeys(("SUPPORT_GROUP", "THRESHOLD", "VALUE", "URGENCY"), str),
    "tags": [str],
}
EVENT = {"id": int, "payload": PAYLOAD, "received_at": str, "status": str}
CONFIG = {
    "id": int,
    "name": str,
    "url": str,
    "use_custom_payload": bool,
    "auto_downtime": bool,
    "downtime_duration_minutes": int,
    "notify_enabled": bool,
    "active": True,
    "created_at": str,
}
NEW_CONFIG = {"name": "oncall", "url": RECEIVER, "auto_downtime": True, "notify_enabled": True}
CREATOR = {"email": str, "handle": str, "name": str}
LISTED_MONITOR = {
    **dict.fromkeys(("name", "status", "type", "query", "message", "overall_state"), str),
    "id": MONITOR,
    "tags": [str],
    "creator": CREATOR,
}
PAGING = dict.fromkeys(("page", "page_count", "per_page", "total_count"), int)
LOG = {
    "id": str,
    "type": "log",
    "attributes": {
        **dict.fromkeys(("timestamp", "host", "service", "status", "message"), str),
        "attributes": dict,
        "tags": [str],
    },
}
LOGS = {"data": [LOG], "links": dict, "meta": {"page": dict, "status": "done", "elapsed": int}}
TIMES = {"from": "2026-01-02T11:00:00Z", "to": "2026-01-02T12:00:00Z"}
DEFINITION = {
    "id": str,
    "type": str,
    "attributes": {
        "schema": {"schema-version": "v2.2", "dd-service": str, "tags": list},
        "meta": {"last-modified-time": str, "origin": str, "origin-detail": str},
    },
}
TYPED = {"schema-version": "v2.2", "dd-service": "billing", "type": "web", "languages": ["unknown"]}
DEFINED = {"data": [{"attributes": {"schema": TYPED | {"tags": ["env:prod"]}}}]}

# In this order, for later answers tell of earlier calls.
CALLS = (
    Call("GET", "/health", 200, {"status": "healthy"}),
    # Datadog, passed on. One downtime is there already.
    Call("GET", "/v1/downtimes", 200, {"ids": [str], "scopes": [str]}),
    Call("GET", "/v1/events", 200, [str]),
    Call("GET", "/v1/hosts", 200, [str]),
    Call("GET", "/v1/hosts/active", 200, {"text": "Active: 4, Up: 4"}),
    Call("GET", f"/v1/hosts/{HOST}/tags", 200, {"tags": [str]}),
    Call("GET", "/v1/hosts/nowhere/tags", 404, ERROR),
    Call("GET", "/v1/hosts/tags", 200, {HOST: [str]}),
    Call("GET", "/v1/monitors", 200, PAGING | {"monitors": [LISTED_MONITOR]}),
    Call("GET", "/v1/monitors?page=x&per_page=500", 200, {"page": 0, "per_page": 30}),
    Call("GET", "/v1/monitors/triggered", 200, {"monitors": [LISTED_MONITOR], "count": 1}),
    Call(
        "GET",
        "/v1/monitors/ids",
        200,
        {"monitors": [{"id": MONITOR, "name": str, "status": "Alert"}], "count": 1},
    ),
    Call("GET", "/v1/monitors/pages", 200, PAGING),
    Call("GET", f"/v1/monitors/{MONITOR}", 200, LISTED_MONITOR | {"created": str, "modified": str}),
    Call("GET", "/v1/monitors/abc", 400, ERROR),
    Call("POST", "/v1/logs/search", 200, LOGS, TIMES | {"limit": 2}),
    Call("POST", "/v1/logs/search", 200, LOGS, TIMES | {"Query": "status:error", "limit": None}),
    Call("POST", "/v1/logs/search/advanced", 200, LOGS, {"filter": TIMES, "page": {"limit": 2}}),
    Call("GET", "/v1/services", 200, {"data": [DEFINITION]}),
    Call(
        "POST",
        "/v1/services/definitions",
        200,
        DEFINED,
        {"name": "billing", "env": "prod", "owner": None},
    ),
    Call(
        "POST",
        "/v1/services/definitions/advanced",
        200,
        {"data": [{"attributes": {"schema": TYPED | {"team": "money"}}}]},
        TYPED | {"team": "money"},
    ),
    Call("POST", "/v1/services/definitions/advanced", 422, ERROR, {"team": "money"}),
    # Private locations: acting on GET was a defect.
    Call("GET", "/v1/pl/refresh/restart", 405, ERROR),
    Call("POST", "/v1/pl/refresh/restart", 501, ERROR),
    # Webhooks.
    Call(
        "POST",
        "/v1/webhooks/receive",
        202,
        {"event_id": 1, "status": "accepted", "message": str, "notebook": None},
        README_WEBHOOK,
    ),
    Call(
        "GET",
        "/v1/webhooks/events",
        200,
        {"events": [EVENT], "total_count": 1, "page": 1, "per_page": 50},
    ),
    Call("GET", "/v1/webhooks/events?page=0&per_page=101", 200, {"page": 1, "per_page": 50}),
    Call("GET", "/v1/webhooks/events/1", 200, EVENT),
    Call("GET", "/v1/webhooks/events/99", 404, ERROR),
    Call("GET", "/v1/webhooks/events/abc", 400, ERROR),
    Call("GET", "/v1/webhooks/monitor/12345678?limit=5", 200, [EVENT]),
    Call(
        "POST",
        "/v1/webhooks/create",
        201,
        {"name": "rayne", "url": RECEIVER, "use_custom_payload": False},
        {"name": "rayne", "url": RECEIVER},
    ),
    Call("POST", "/v1/webhooks/create", 400, ERROR, {"name": "rayne"}),
    Call("POST", "/v1/webhooks/config", 201, CONFIG, NEW_CONFIG),
    Call("POST", "/v1/webhooks/config", 200, CONFIG, NEW_CONFIG),
    Call("POST", "/v1/webhooks/config", 422, ERROR, {"url": RECEIVER}),
    Call("GET", "/v1/webhooks/config", 200, [CONFIG]),
    Call(
        "GET",
        "/v1/webhooks/stats",
        200,
        {"total_events": 1, "by_status": dict, "by_alert_status": {"Alert": 1}, "last_24h": 1},
    ),
    Call("POST", "/v1/webhooks/reprocess", 200, {"status": str, "queued": int}),
    Call("GET", "/v1/webhooks/processors", 200, {"processors": [str], "count": int}),
)
