"""The operations of Datadog that Rayne asks or its sandbox serves, and what is known of them."""

# Asked by nobody: people import our dashboards and monitors, which must be what these take.
IMPORTS = (("post", "/api/v1/dashboard"), ("post", "/api/v1/monitor"))

# By version of the document: method and path, as the document spells them.
OPERATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "v1": (
        ("get", "/api/v1/events"),
        ("post", "/api/v1/events"),
        ("get", "/api/v1/events/{event_id}"),
        ("get", "/api/v1/hosts"),
        ("get", "/api/v1/hosts/totals"),
        ("post", "/api/v1/integration/webhooks/configuration/custom-variables"),
        (
            "get",
            "/api/v1/integration/webhooks/configuration/custom-variables/{custom_variable_name}",
        ),
        (
            "put",
            "/api/v1/integration/webhooks/configuration/custom-variables/{custom_variable_name}",
        ),
        (
            "delete",
            "/api/v1/integration/webhooks/configuration/custom-variables/{custom_variable_name}",
        ),
        ("post", "/api/v1/integration/webhooks/configuration/webhooks"),
        ("get", "/api/v1/integration/webhooks/configuration/webhooks/{webhook_name}"),
        ("put", "/api/v1/integration/webhooks/configuration/webhooks/{webhook_name}"),
        ("delete", "/api/v1/integration/webhooks/configuration/webhooks/{webhook_name}"),
        ("get", "/api/v1/monitor"),
        ("get", "/api/v1/monitor/groups/search"),
        ("get", "/api/v1/monitor/search"),
        ("get", "/api/v1/monitor/{monitor_id}"),
        ("get", "/api/v1/notebooks"),
        ("post", "/api/v1/notebooks"),
        ("get", "/api/v1/notebooks/{notebook_id}"),
        ("put", "/api/v1/notebooks/{notebook_id}"),
        ("delete", "/api/v1/notebooks/{notebook_id}"),
        ("get", "/api/v1/query"),
        ("get", "/api/v1/tags/hosts"),
        ("get", "/api/v1/tags/hosts/{host_name}"),
        ("get", "/api/v1/validate"),
    ),
    "v2": (
        ("get", "/api/v2/apm/services"),
        ("get", "/api/v2/catalog/entity"),
        ("post", "/api/v2/dora/deployment"),
        ("post", "/api/v2/dora/deployments"),
        ("get", "/api/v2/downtime"),
        ("post", "/api/v2/downtime"),
        ("get", "/api/v2/downtime/{downtime_id}"),
        ("patch", "/api/v2/downtime/{downtime_id}"),
        ("delete", "/api/v2/downtime/{downtime_id}"),
        ("get", "/api/v2/events"),
        ("post", "/api/v2/events"),
        ("post", "/api/v2/events/search"),
        ("get", "/api/v2/events/{event_id}"),
        ("get", "/api/v2/incidents"),
        ("get", "/api/v2/incidents/search"),
        ("post", "/api/v2/logs/analytics/aggregate"),
        ("get", "/api/v2/logs/events"),
        ("post", "/api/v2/logs/events/search"),
        ("get", "/api/v2/monitor/{monitor_id}/downtime_matches"),
        ("post", "/api/v2/query/scalar"),
        ("post", "/api/v2/query/timeseries"),
        ("get", "/api/v2/services/definitions"),
        ("post", "/api/v2/services/definitions"),
        ("get", "/api/v2/services/definitions/{service_name}"),
        ("get", "/api/v2/spans/events"),
        ("post", "/api/v2/spans/events/search"),
        ("get", "/api/v2/validate"),
        ("get", "/api/v2/validate_keys"),
    ),
}

# What real answers hold beside what is documented (seen in Datadog's own recordings), by schema.
UNDOCUMENTED: dict[str, tuple[str, ...]] = {
    "APIErrorResponse": ("error_details",),
    "Creator": ("id",),
    "HostListResponse": ("exact_total_matching",),
    "Monitor": ("org_id", "created_at", "overall_state_modified"),
    "MonitorSearchResult": ("muted_until_ts",),
    "NotebookMetadata": ("is_favorite",),
    "NotebookResponseDataAttributes": ("deleted", "tags"),
    "ScalarResponse": ("id",),
    "TimeseriesResponse": ("id",),
}

# Whatever real answers hold where no body is documented (seen in the same recordings).
UNDOCUMENTED_BODIES: dict[tuple[str, str], bytes] = {
    (
        "delete",
        "/api/v1/integration/webhooks/configuration/custom-variables/{custom_variable_name}",
    ): b"{}",
    ("delete", "/api/v1/integration/webhooks/configuration/webhooks/{webhook_name}"): b"{}",
}

# Where a bad parameter (400) or missing keys (403) are refused though that is not documented; the
# refusal's body is as another's.
UNDOCUMENTED_REFUSALS: dict[tuple[str, str], tuple[int, ...]] = {
    ("get", "/api/v1/events/{event_id}"): (400,),
    ("get", "/api/v2/apm/services"): (400, 403),
    ("get", "/api/v2/catalog/entity"): (400,),
    ("get", "/api/v2/downtime"): (400,),
    ("get", "/api/v2/monitor/{monitor_id}/downtime_matches"): (400, 403),
    ("get", "/api/v2/services/definitions"): (400,),
    ("post", "/api/v1/events"): (403,),
}

# Choices that the official client cannot make: every attribute of every variant is optional, and
# to the client any other is welcome, so that each answer fits all. The closed world chooses.
AMBIGUOUS = ("V2EventAttributesAttributes",)
