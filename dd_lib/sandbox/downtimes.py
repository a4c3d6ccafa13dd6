"""What Datadog accepts as a downtime, and how one goes through time. One-time downtimes only."""

from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import iso_offset
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, mapping

EndState = Literal["alert", "no data", "warn"]
EndType = Literal["canceled", "expired"]


class OneMonitor(Closed):
    monitor_id: int


class TaggedMonitors(Closed):
    monitor_tags: list[str] = Field(min_length=1)


class OneTime(Closed):
    start: AwareDatetime | None = None  # None: now
    end: AwareDatetime | None = None  # None: until cancelled


class DowntimeAttributes(Closed):
    scope: str
    monitor_identifier: OneMonitor | TaggedMonitors
    message: str | None = None
    display_timezone: str | None = "UTC"
    mute_first_recovery_notification: bool = False
    notify_end_states: tuple[EndState, ...] = ("alert", "no data", "warn")
    notify_end_types: tuple[EndType, ...] = ("expired",)
    schedule: OneTime = OneTime()


class DowntimeData(Closed):
    type: Literal["downtime"]
    attributes: DowntimeAttributes


class DowntimeRequest(Closed):
    data: DowntimeData


def new_downtime(number: int, wanted: DowntimeAttributes, now: datetime) -> Resource:
    _check_scope(wanted.scope)
    start = wanted.schedule.start or now
    end = wanted.schedule.end
    if end is not None and end <= max(start, now):
        raise Refusal(400, "The end of a downtime must be after its start and in the future")
    return {
        "id": str(uuid5(NAMESPACE_URL, f"rayne-sandbox/downtime/{number}")),
        "type": "downtime",
        "attributes": {
            **wanted.model_dump(mode="json", exclude={"schedule"}),
            "schedule": {"start": iso_offset(start), "end": iso_offset(end) if end else None},
            "status": "active",
            "canceled": None,
            "created": iso_offset(now),
            "modified": iso_offset(now),
        },
    }


def _check_scope(scope: str) -> None:
    if scope.strip() == "*":
        return
    words = scope.replace("(", " ").replace(")", " ").split()
    terms = [word for word in words if word not in ("AND", "OR", "NOT")]
    if not terms or not all(":" in term for term in terms):
        raise Refusal(400, "All values must have a key")


def cancelled(downtime: Resource, now: datetime) -> Resource:
    """Cancelling again changes nothing."""
    attributes = attributes_of(downtime)
    if attributes["canceled"] is not None:
        return downtime
    moment = iso_offset(now)
    return downtime | {"attributes": attributes | {"canceled": moment, "modified": moment}}


def as_of(downtime: Resource, now: datetime) -> Resource:
    """The downtime with the status it has at that time."""
    return downtime | {"attributes": attributes_of(downtime) | {"status": status_at(downtime, now)}}


def status_at(downtime: Resource, now: datetime) -> str:
    attributes = attributes_of(downtime)
    schedule = mapping(attributes["schedule"])
    if attributes["canceled"] is not None:
        return "canceled"
    if now < datetime.fromisoformat(str(schedule["start"])):
        return "scheduled"
    if schedule["end"] is not None and now >= datetime.fromisoformat(str(schedule["end"])):
        return "ended"
    return "active"
