"""Where the sandbox knowingly says less than Datadog once did. It never says anything else."""

Operation = tuple[str, str]

# Attributes that are left out, with all that is in them: none of them is required. Most tell of the
# account that was recorded: its flags, its people, its machines, what its users had set.
_EVENT = ("event_object", "service", "hostname", "aggregation_key", "evt.source_id", "evt.type")
_INCIDENT = (
    *("notification_handles", "last_modified_by_uuid", "created_by_uuid", "field_analytics"),
    *("creation_idempotency_key", "non_datadog_creator", "fields"),
)
_SPAN = ("custom", "ingestion_reason", "resource_hash", "retained_by", "type")
_MONITOR = ("org_id", "created_at", "creator.id", "options", "matching_downtimes")
_FACETS = ("visibility", "time_to_detect", "is_test", "customer_impacted", "declared_by")

LEFT_OUT: dict[Operation, tuple[str, ...]] = {
    ("get", "/api/v1/hosts"): (".exact_total_matching", ".host_list[].meta"),
    ("get", "/api/v1/monitor"): tuple(f"[].{name}" for name in _MONITOR),
    ("get", "/api/v1/monitor/groups/search"): (".counts", ".groups[]"),
    ("get", "/api/v1/monitor/search"): (
        *(".monitors[].creator.id", ".monitors[].muted_until_ts", ".monitors[].priority"),
        *(".monitors[].overall_state_modified", ".monitors[].restricted_roles"),
    ),
    ("get", "/api/v1/monitor/{monitor_id}"): (
        *(f".{name}" for name in _MONITOR),
        ".draft_status",
    ),
    ("get", "/api/v1/notebooks"): (
        ".data[].attributes.cells[].attributes",
        ".data[].attributes.metadata.is_favorite",
    ),
    ("get", "/api/v1/notebooks/{notebook_id}"): (".data.attributes.metadata.is_favorite",),
    ("get", "/api/v1/query"): (".resp_version", ".series[].attributes", ".times", ".values"),
    ("get", "/api/v2/catalog/entity"): (".links",),
    ("get", "/api/v2/events"): tuple(f".data[].attributes.attributes.{name}" for name in _EVENT),
    ("get", "/api/v2/incidents"): tuple(f".data[].attributes.{name}" for name in _INCIDENT),
    ("get", "/api/v2/incidents/search"): (
        *(f".data.attributes.facets.{name}" for name in (*_FACETS, "incident_type")),
        *(f".data.attributes.incidents[].data.attributes.{name}" for name in _INCIDENT),
        *(".data.attributes.incidents[].data.attributes.declared_by",),
        *(".data.attributes.incidents[].data.attributes.last_modified_by",),
        *(".data.attributes.incidents[].data.attributes.commander",),
        *(".data.attributes.incidents[].data.attributes.created_by",),
        *(".data.relationships", ".included"),
    ),
    ("get", "/api/v2/logs/events"): (".meta",),  # of an empty page; events have none there either
    ("get", "/api/v2/spans/events"): (
        *(f".data[].attributes.{name}" for name in _SPAN),
        ".meta.request_id",
    ),
    ("patch", "/api/v2/downtime/{downtime_id}"): (".included[].attributes.allowed_login_methods",),
    ("post", "/api/v1/events"): (".event.handle", ".event.related_event_id"),
    ("post", "/api/v1/notebooks"): (
        *(".data.attributes.cells[].attributes.time", ".data.attributes.metadata.is_favorite"),
        *(".data.attributes.deleted", ".data.attributes.tags"),
    ),
    ("post", "/api/v2/downtime"): (".included[].attributes.allowed_login_methods",),
    ("post", "/api/v2/events"): (".data.id",),  # "_", always
    ("post", "/api/v2/events/search"): (
        *(f".data[].attributes.attributes.{name}" for name in _EVENT),
        ".links",
    ),
    ("post", "/api/v2/logs/analytics/aggregate"): (".meta.request_id",),
    ("post", "/api/v2/logs/events/search"): (".meta", ".links"),
    ("post", "/api/v2/spans/events/search"): (
        *(f".data[].attributes.{name}" for name in _SPAN),
        *(".meta.request_id", ".links"),
    ),
    ("put", "/api/v1/notebooks/{notebook_id}"): (
        ".data.attributes.cells[].attributes.time",
        ".data.attributes.metadata.is_favorite",
    ),
}

# Where the sandbox has nothing to list, though there was something then.
NO_SUCH_DATA = "the sandbox holds no such data"
_SERIES = 'v2 Metrics: Timeseries cross product query with {} data source returns "OK" response'
NOTHING_LISTED: dict[str, str] = {
    'v1 Monitors: Get a monitor\'s details with downtime returns "OK" response': (
        "the downtime is one of v1, which the sandbox does not serve"
    ),
    'v1 Notebooks: Get all notebooks returns "OK" response with pagination': (
        "the notebooks hold cells that the API does not describe, so that they cannot be made"
    ),
    'v2 Incidents: Search for incidents returns "OK" response': "nothing is included unasked",
    'v2 Incidents: Search for incidents returns "OK" response with pagination': (
        "nothing is included unasked"
    ),
    _SERIES.format("RUM"): NO_SUCH_DATA,
    _SERIES.format("audit"): NO_SUCH_DATA,
    _SERIES.format("ci_pipelines"): NO_SUCH_DATA,
    _SERIES.format("events"): NO_SUCH_DATA,
    _SERIES.format("on_call_events"): NO_SUCH_DATA,
}

# Refusals whose words are Datadog's no more.
WORDED_OTHERWISE: dict[str, str] = {
    'v2 Events: Search events returns "Bad Request" response': (
        "Datadog quotes a Python list within its list of texts"
    ),
}
