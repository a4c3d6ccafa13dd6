"""Downtimes: what Rayne mutes in Datadog, how narrowly, and for how long."""

import re
from enum import StrEnum
from hashlib import sha256

from pydantic import AwareDatetime

from domain.alerts import Alert
from domain.query import tag
from domain.values import Value

_DIGITS = 12
_KEY = re.compile(rf"\brayne-\d+-[0-9a-f]{{{_DIGITS}}}\b")
_LABELS = ("host", "service", "env")


class DowntimeStatus(StrEnum):
    """Datadog's words for a downtime's state."""

    ACTIVE = "active"
    SCHEDULED = "scheduled"
    CANCELED = "canceled"
    ENDED = "ended"

    @property
    def is_over(self) -> bool:
        return self in (DowntimeStatus.CANCELED, DowntimeStatus.ENDED)


class DowntimeRequest(Value):
    """A downtime to be made: one monitor, one scope, an end."""

    key: str  # Rayne's own, part of `message`: by it the downtime is found again
    monitor_id: int
    scope: str  # Datadog's search syntax; never "*"
    message: str
    start_at: AwareDatetime | None = None  # None: at once
    end_at: AwareDatetime


class Downtime(Value):
    """A downtime as Datadog has it. `key` is "" where it is not one of Rayne's."""

    id: str
    key: str = ""
    monitor_id: int | None = None  # None: it mutes by tags, or every monitor
    scope: str = ""
    message: str = ""
    start_at: AwareDatetime | None = None
    end_at: AwareDatetime | None = None  # None: for ever
    status: DowntimeStatus = DowntimeStatus.ACTIVE


def owner_key(incident_key: str, episode_key: str, occurrence: int, config_id: int) -> str:
    """Names the one downtime of an episode and a config; part of its message in Datadog.

    The incident's key makes it unique over installations, `occurrence` tells apart the episodes
    that come back under one key. No key is the beginning of another.
    """
    episode = f"{incident_key}|{episode_key}|{occurrence}"
    return f"rayne-{config_id}-{sha256(episode.encode()).hexdigest()[:_DIGITS]}"


def key_in(message: str) -> str:
    """The key in a downtime's message, "" where it is not one of Rayne's."""
    found = _KEY.search(message)
    return found[0] if found else ""


def scope_of(alert: Alert) -> str:
    """The alert's group as Datadog's downtimes want it: "env:prod AND service:checkout".

    An alert without a group speaks for whatever its labels name; "" where it has none of those.
    """
    pairs = alert.scope or tuple(f"{key}:{value}" for key in _LABELS if (value := alert.label(key)))
    return " AND ".join(dict.fromkeys(found for pair in pairs if (found := tag(pair))))


def message_of(key: str, incident_key: str, config_name: str) -> str:
    """What people read at the downtime in Datadog. Nobody is mentioned, so nobody is notified."""
    config = " ".join(config_name.replace("@", " ").split())
    return (
        f"Muted by Rayne while incident {incident_key} is looked at, as webhook config "
        f"{config!r} asks.\n\nKey: {key}"
    )
