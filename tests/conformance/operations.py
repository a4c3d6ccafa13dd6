"""The operations of Datadog that Rayne asks or its sandbox serves, and what is known of them."""

# By version of the document: method and path, as the document spells them.
OPERATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "v1": (
        ("get", "/api/v1/hosts"),
        ("get", "/api/v1/monitor"),
        ("get", "/api/v1/monitor/search"),
        ("get", "/api/v1/monitor/{monitor_id}"),
        ("get", "/api/v1/notebooks"),
        ("post", "/api/v1/notebooks"),
        ("get", "/api/v1/notebooks/{notebook_id}"),
        ("put", "/api/v1/notebooks/{notebook_id}"),
        ("delete", "/api/v1/notebooks/{notebook_id}"),
        ("get", "/api/v1/query"),
        ("get", "/api/v1/validate"),
    ),
    "v2": (
        ("get", "/api/v2/downtime"),
        ("post", "/api/v2/downtime"),
        ("get", "/api/v2/downtime/{downtime_id}"),
        ("patch", "/api/v2/downtime/{downtime_id}"),
        ("delete", "/api/v2/downtime/{downtime_id}"),
        ("get", "/api/v2/monitor/{monitor_id}/downtime_matches"),
        ("get", "/api/v2/events"),
        ("post", "/api/v2/events/search"),
        ("get", "/api/v2/logs/events"),
        ("post", "/api/v2/logs/events/search"),
        ("post", "/api/v2/query/timeseries"),
        ("post", "/api/v2/spans/events/search"),
        ("get", "/api/v2/validate_keys"),
    ),
}

# What real answers hold beside what is documented (seen in Datadog's own recordings), by schema.
UNDOCUMENTED: dict[str, tuple[str, ...]] = {
    "Creator": ("id",),
    "HostListResponse": ("exact_total_matching",),
    "Monitor": ("org_id", "created_at", "overall_state_modified"),
    "NotebookMetadata": ("is_favorite",),
    "NotebookResponseDataAttributes": ("deleted", "tags"),
    "TimeseriesResponse": ("id",),
}
