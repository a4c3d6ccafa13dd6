"""Downtimes: what Rayne mutes in Datadog, how narrowly, and for how long."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.values import Value


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
