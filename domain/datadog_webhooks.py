"""A webhook as Datadog keeps it, and the one that brings Rayne everything it reads."""

import json

from pydantic import Field

from domain.values import Value

# Datadog's variables by the names that Rayne reads. Its JSON variables ($LOGS_SAMPLE and the like)
# stay out: an empty one is no JSON, and would break the whole body.
_TEMPLATE = {
    "schema": "rayne/1",
    "id": "$ID",
    "monitor_id": "$ALERT_ID",
    "alert_title": "$ALERT_TITLE",
    "alert_transition": "$ALERT_TRANSITION",
    "alert_type": "$ALERT_TYPE",
    "alert_status": "$ALERT_STATUS",
    "alert_cycle_key": "$ALERT_CYCLE_KEY",
    "aggreg_key": "$AGGREG_KEY",
    "scope": "$ALERT_SCOPE",
    "tags": "$TAGS",
    "hostname": "$HOSTNAME",
    "service": "$TAGS[service]",
    "env": "$TAGS[env]",
    "APPLICATION_TEAM": "$TAGS[team]",
    "metric": "$ALERT_METRIC",
    "query": "$ALERT_QUERY",
    "alert_priority": "$ALERT_PRIORITY",
    "event_type": "$EVENT_TYPE",
    "title": "$EVENT_TITLE",
    "body": "$TEXT_ONLY_MSG",
    "date": "$DATE",
    "last_updated": "$LAST_UPDATED",
    "link": "$LINK",
    "snapshot_url": "$SNAPSHOT",
    "org": {"id": "$ORG_ID", "name": "$ORG_NAME"},
}
RAYNE_PAYLOAD = json.dumps(_TEMPLATE, indent=2)


class DatadogWebhook(Value):
    """`custom_headers` may hold secrets: never logged, never shown."""

    name: str
    url: str
    payload: str = RAYNE_PAYLOAD  # JSON text with Datadog's variables in it
    custom_headers: dict[str, str] = Field(default_factory=dict, repr=False)

    @property
    def mention(self) -> str:
        """What a monitor's message must say for Datadog to call this webhook."""
        return f"@webhook-{self.name}"
