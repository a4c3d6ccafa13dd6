"""What Datadog accepts as a downtime, and how one goes through time. One-time downtimes only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, BeforeValidator, Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import iso_offset
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, mapping
from dd_lib.sandbox.search import has_only_keyed_terms

EndState = Literal["alert", "no data", "warn"]
EndType = Literal["canceled", "expired"]
ACTIVE, CANCELED, ENDED, SCHEDULED = "active", "canceled", "ended", "scheduled"


class OneMonitor(Closed):
    monitor_id: int = Field(ge=-(2**63), lt=2**63)


class TaggedMonitors(Closed):
    monitor_tags: list[str] = Field(min_length=1)


class OneTime(Closed):
    start: AwareDatetime | None = None  # None: now
    end: AwareDatetime | None = None  # None: until cancelled


def _refuse_recurring(schedule: object) -> object:
    """Says plainly what the sandbox lacks, where Datadog would take it."""
    if isinstance(schedule, dict) and "recurrences" in schedule:
        raise Refusal(400, "The sandbox keeps one-time downtimes only, no recurrences")
    return schedule


Schedule = Annotated[OneTime, BeforeValidator(_refuse_recurring)]


class DowntimeAttributes(Closed):
    scope: str
    monitor_identifier: OneMonitor | TaggedMonitors
    message: str | None = None
    display_timezone: str | None = "UTC"
    mute_first_recovery_notification: bool = False
    notify_end_states: tuple[EndState, ...] = ("alert", "no data", "warn")
    notify_end_types: tuple[EndType, ...] = ("expired",)
    schedule: Schedule = OneTime()


class DowntimeData(Closed):
    type: Literal["downtime"]
    attributes: DowntimeAttributes


class DowntimeRequest(Closed):
    data: DowntimeData


class DowntimeChanges(Closed):
    """What is left out stays as it is."""

    scope: str = ""
    monitor_identifier: OneMonitor | TaggedMonitors = TaggedMonitors(monitor_tags=["*"])
    message: str | None = None
    display_timezone: str | None = None
    mute_first_recovery_notification: bool = False
    notify_end_states: tuple[EndState, ...] = ()
    notify_end_types: tuple[EndType, ...] = ()
    schedule: Schedule = OneTime()


class DowntimeUpdateData(Closed):
    type: Literal["downtime"]
    id: str
    attributes: DowntimeChanges


class DowntimeUpdate(Closed):
    data: DowntimeUpdateData


def new_downtime(number: int, wanted: DowntimeAttributes, now: datetime) -> Resource:
    _check_scope(wanted.scope)
    start = wanted.schedule.start or now
    _check_end(start, wanted.schedule.end, now)
    return {
        "id": str(uuid5(NAMESPACE_URL, f"rayne-sandbox/downtime/{number}")),
        "type": "downtime",
        "attributes": {
            **wanted.model_dump(mode="json", exclude={"schedule"}),
            "schedule": _schedule(start, wanted.schedule.end),
            "status": ACTIVE,
            "canceled": None,
            "created": iso_offset(now),
            "modified": iso_offset(now),
        },
    }


def changed_downtime(old: Resource, changes: DowntimeChanges, now: datetime) -> Resource:
    """Raises Refusal for a scope or times that Datadog would not take."""
    given = changes.model_dump(mode="json", exclude_unset=True, exclude={"schedule"})
    if "scope" in given:
        _check_scope(changes.scope)
    if "schedule" in changes.model_fields_set:
        given["schedule"] = _rescheduled(old, changes.schedule, now)
    attributes = attributes_of(old) | given | {"modified": iso_offset(now)}
    return old | {"attributes": attributes}


def _rescheduled(old: Resource, wanted: OneTime, now: datetime) -> Resource:
    """A start of null means now; of a downtime that runs, the start that it had."""
    known_start, known_end = _times(old)
    runs = known_start <= now
    start = known_start
    if "start" in wanted.model_fields_set:
        start = wanted.start or (known_start if runs else now)
    end = wanted.end if "end" in wanted.model_fields_set else known_end
    if start != known_start and runs:
        raise Refusal(400, "Start times of downtimes in progress cannot be changed")
    _check_end(start, end, now)
    return _schedule(start, end)


def _schedule(start: datetime, end: datetime | None) -> Resource:
    return {"start": iso_offset(start), "end": iso_offset(end) if end else None}


def _times(downtime: Resource) -> tuple[datetime, datetime | None]:
    schedule = mapping(attributes_of(downtime)["schedule"])
    end = datetime.fromisoformat(str(schedule["end"])) if schedule["end"] else None
    return datetime.fromisoformat(str(schedule["start"])), end


def _check_end(start: datetime, end: datetime | None, now: datetime) -> None:
    if end is not None and end <= max(start, now):
        raise Refusal(400, "The end of a downtime must be after its start and in the future")


def _check_scope(scope: str) -> None:
    if scope.strip() == "*":
        return
    if not scope.strip() or not has_only_keyed_terms(scope):
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
    if attributes_of(downtime)["canceled"] is not None:
        return CANCELED
    start, end = _times(downtime)
    if now < start:
        return SCHEDULED
    if end is not None and now >= end:
        return ENDED
    return ACTIVE


def active(downtimes: Iterable[Resource], now: datetime) -> list[Resource]:
    return [downtime for downtime in downtimes if status_at(downtime, now) == ACTIVE]
