"""Mutings: which alerts Rayne mutes for whom, and what became of it."""

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from domain.values import Value
from domain.webhook_configs import DowntimeTrigger


class MutingState(StrEnum):
    PLANNED = "planned"  # nothing asked of Datadog yet
    ACTIVE = "active"
    LIFTED = "lifted"  # the alert recovered, or its incident was closed
    ENDED = "ended"  # its time was up
    CANCELLED = "cancelled"  # by hand
    SPARED = "spared"  # over before it was muted
    REFUSED = "refused"  # against our rules; `note` says which
    FAILED = "failed"  # Datadog would not; `note` says why

    @property
    def is_over(self) -> bool:
        return self not in (MutingState.PLANNED, MutingState.ACTIVE)


class Muting(Value):
    """One episode, muted for one webhook config: Rayne's own record of a downtime."""

    key: str  # in the downtime's message, too
    incident_id: int
    episode_key: str
    occurrence: int = 1  # counts the episodes of that key in its incident
    config_id: int
    config_name: str
    trigger: DowntimeTrigger
    duration: timedelta
    state: MutingState = MutingState.PLANNED
    note: str = ""
    monitor_id: int | None = None
    scope: str = ""  # Datadog's search syntax
    downtime_id: str = ""  # Datadog's, "" as long as there is none
    asked_at: AwareDatetime  # when the alert happened at which it was wanted
    ends_at: AwareDatetime | None = None  # at the latest
    over_at: AwareDatetime | None = None


class MutingRules(Value):
    """What holds for every config."""

    grace: timedelta = timedelta(minutes=5)  # between recovery and lifting, for alerts that flap
    cap: timedelta = timedelta(hours=24)  # of what a config may ask for


class MutingOrder(Value):
    """What starts the workflow that mutes; everything else is in the record of that key."""

    key: str
    incident_id: int
    monitor_id: int | None
    trigger: DowntimeTrigger
    duration: timedelta
    grace: timedelta


class MutingWish(Value):
    """What the workflow that mutes asks for: it alone knows the time."""

    key: str
    ends_at: AwareDatetime


class MutingOutcome(Value):
    """What came of it: ACTIVE until `ends_at`, or over already."""

    state: MutingState
    ends_at: AwareDatetime


class MutingEnd(Value):
    """How and when a muting ended."""

    key: str
    state: MutingState
    note: str = ""
    over_at: AwareDatetime
