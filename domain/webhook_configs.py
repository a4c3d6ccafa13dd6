"""What a team wants done with a monitor's alerts beside the analysis: forwarding and downtimes."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, Field, JsonValue, StringConstraints

from domain.alerts import Alert, Transition
from domain.values import Value

MAX_FORWARD_URLS = 20
MAX_MONITORS = 1_000
MAX_LABELS = 100
MAX_PAYLOAD = 100_000  # characters
LONGEST_DOWNTIME = 7 * 24 * 60  # minutes: a mute that outlives a week is a monitor to be deleted

DowntimeTrigger = Literal["alert", "recovery"]


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises ValueError where it is no number
    except ValueError as error:
        raise ValueError("is not an address") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an http or https address")
    return text


# May hold a token: never logged, never part of an error.
WebAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000),
    AfterValidator(_web_address),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
MonitorId = Annotated[int, Field(gt=0, lt=2**63)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class WebhookConfigRequest(Value):
    """A config as its author states it. An empty matching field matches everything."""

    name: Name  # unique: a second one of that name replaces the first
    url: WebAddress = Field(repr=False)  # where Datadog sends this webhook
    use_custom_payload: bool = False
    custom_payload: str = Field(default="", max_length=MAX_PAYLOAD)
    forward_urls: tuple[WebAddress, ...] = Field(
        default=(), max_length=MAX_FORWARD_URLS, repr=False
    )
    auto_downtime: bool = False
    downtime_trigger: DowntimeTrigger = "alert"
    downtime_duration_minutes: int = Field(default=120, ge=1, le=LONGEST_DOWNTIME)
    notify_enabled: bool = False
    notify_numbers: tuple[Label, ...] = Field(default=(), max_length=MAX_LABELS)
    active: bool = True
    monitor_ids: tuple[MonitorId, ...] = Field(default=(), max_length=MAX_MONITORS)  # any of them
    # Each of them, among the alert's tags, scope or labels.
    tags: tuple[Label, ...] = Field(default=(), max_length=MAX_LABELS)
    # Each of them, in the alert's scope.
    scope: tuple[Label, ...] = Field(default=(), max_length=MAX_LABELS)
    transitions: tuple[Transition, ...] = ()  # any of them

    def matches(self, alert: Alert) -> bool:
        """Whether this config is active and meant for this very state change."""
        if self.transitions and alert.transition not in self.transitions:
            return False
        return self.active and self.covers(alert)

    def covers(self, alert: Alert) -> bool:
        """Whether it is meant for this monitor and group, whatever happened to them."""
        if self.monitor_ids and alert.monitor_id not in self.monitor_ids:
            return False
        return _folded(self.scope) <= _folded(alert.scope) and _folded(self.tags) <= _labels(alert)


class WebhookConfig(WebhookConfigRequest):
    """A config as the database holds it."""

    id: int
    created_at: AwareDatetime


def facts_of_config(config: WebhookConfigRequest) -> dict[str, JsonValue]:
    """What the audit log tells of a config: of each address the host, for the rest may be secret.

    Of a payload its length, and of the numbers how many.
    """
    told = config.model_dump(mode="json", include=_TOLD)
    return told | {
        "host": urlsplit(config.url).hostname,
        "forwards_to": [urlsplit(url).hostname for url in config.forward_urls],
        "payload_length": len(config.custom_payload),
        "numbers": len(config.notify_numbers),
    }


_TOLD = set(WebhookConfigRequest.model_fields) - {
    "url",
    "forward_urls",
    "custom_payload",
    "notify_numbers",
}


def _labels(alert: Alert) -> frozenset[str]:
    own = {"service": alert.service, "env": alert.env, "host": alert.hostname, "team": alert.team}
    pairs = [f"{key}:{value}" for key, value in own.items() if value]
    return _folded((*alert.tags, *alert.scope, *pairs))


def _folded(labels: tuple[str, ...]) -> frozenset[str]:
    """Datadog writes tags in lower case, whatever case they came in."""
    return frozenset(label.lower() for label in labels)
