"""What one notification is about: the variables that a webhook's template may use.

They are read from a firing's webhook, which has all of Datadog's under the names that Rayne's own
template gives them.
"""

import json

from pydantic import JsonValue

from dd_lib.sandbox.manners import Body

NO_JSON = "null"  # what Datadog fills in for JSON that an alert does not have
_SECONDS = -3  # an epoch's milliseconds without its last three digits

_FIELDS = {
    "ID": "id",
    "DATE": "date",
    "LAST_UPDATED": "last_updated",
    "EVENT_TITLE": "title",
    "EVENT_TYPE": "event_type",
    "TEXT_ONLY_MSG": "body",
    "LINK": "link",
    "TAGS": "tags",
    "HOSTNAME": "hostname",
    "SNAPSHOT": "snapshot_url",
    "AGGREG_KEY": "aggreg_key",
    "ALERT_ID": "monitor_id",
    "ALERT_TITLE": "alert_title",
    "ALERT_TRANSITION": "alert_transition",
    "ALERT_TYPE": "alert_type",
    "ALERT_STATUS": "alert_status",
    "ALERT_SCOPE": "scope",
    "ALERT_METRIC": "metric",
    "ALERT_QUERY": "query",
    "ALERT_PRIORITY": "alert_priority",
    "ALERT_CYCLE_KEY": "alert_cycle_key",
}
_OF_NO_PERSON = ("USER", "USERNAME", "EMAIL")
_OF_OTHER_ALERTS = (
    "LOGS_SAMPLE",
    "INCIDENT_PUBLIC_ID",
    "INCIDENT_UUID",
    "INCIDENT_TITLE",
    "INCIDENT_SEVERITY",
    "INCIDENT_STATUS",
    "INCIDENT_URL",
    "INCIDENT_MSG",
    "INCIDENT_FIELDS",
    "INCIDENT_COMMANDER",
    "INCIDENT_CUSTOMER_IMPACT",
    "INCIDENT_ATTACHMENTS",
    "INCIDENT_INTEGRATIONS",
    "INCIDENT_TODOS",
    "SECURITY_SIGNAL_ID",
    "SECURITY_SIGNAL_SEVERITY",
    "SECURITY_SIGNAL_TITLE",
    "SECURITY_SIGNAL_MSG",
    "SECURITY_SIGNAL_ATTRIBUTES",
    "SECURITY_RULE_ID",
    "SECURITY_RULE_NAME",
    "SECURITY_RULE_TYPE",
    "SECURITY_RULE_QUERY",
    "SECURITY_RULE_MATCHED_QUERIES",
    "SECURITY_RULE_GROUP_BY_FIELDS",
    "SYNTHETICS_TEST_NAME",
    "SYNTHETICS_FIRST_FAILING_STEP_NAME",
    "SYNTHETICS_SUMMARY",
)

Variables = dict[str, str]


def variables_of(webhook: Body) -> Variables:
    """By name, without the $. All are text, and "" is what the alert does not have."""
    found = {name: _text(webhook.get(field)) for name, field in _FIELDS.items()}
    org = webhook.get("org")
    whose = org if isinstance(org, dict) else {}
    return {
        **dict.fromkeys(_OF_NO_PERSON, ""),
        **dict.fromkeys(_OF_OTHER_ALERTS, NO_JSON),
        **found,
        "EVENT_MSG": f"%%%\n{found['TEXT_ONLY_MSG']}\n%%%",
        "PRIORITY": "normal",
        "METRIC_NAMESPACE": found["ALERT_METRIC"].partition(".")[0],
        "DATE_POSIX": found["DATE"][:_SECONDS],
        "LAST_UPDATED_POSIX": found["LAST_UPDATED"][:_SECONDS],
        "ORG_ID": _text(whose.get("id")),
        "ORG_NAME": _text(whose.get("name")),
    }


def _text(value: JsonValue) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
