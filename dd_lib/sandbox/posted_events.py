"""What Datadog accepts as an event, the old way (v1) and the new (v2: changes and alerts)."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import from_milliseconds, parse_moment
from dd_lib.sandbox.records import EventRecord
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource

OLDEST = timedelta(hours=18)
OWN_SOURCE = "my_apps"  # what Datadog files an event under that names no source
CATEGORIES = ("alert", "change")
LATEST = 253_402_300_799  # seconds: the end of the year 9999

AlertType = Literal[
    "error", "warning", "info", "success", "user_update", "recommendation", "snapshot"
]
Name = Annotated[str, Field(min_length=1, max_length=128)]


class EventRequest(Closed):
    title: str
    text: str = Field(max_length=4000)
    aggregation_key: str = Field(default="", max_length=100)
    alert_type: AlertType = "info"
    date_happened: int | None = Field(default=None, ge=0, le=LATEST)
    device_name: str = ""
    host: str = ""
    priority: Literal["normal", "low"] | None = None
    related_event_id: int | None = None
    source_type_name: str = ""
    tags: tuple[str, ...] = ()


class Author(Closed):
    name: Name
    type: Literal["user", "system", "api", "automation"]


class ChangedResource(Closed):
    name: Name
    type: Literal["feature_flag", "configuration"]


class ImpactedResource(Closed):
    name: Name
    type: Literal["service"]


class Change(Closed):
    changed_resource: ChangedResource
    author: Author | None = None
    change_metadata: dict[str, JsonValue] | None = None
    impacted_resources: tuple[ImpactedResource, ...] | None = Field(default=None, max_length=100)
    new_value: dict[str, JsonValue] | None = None
    prev_value: dict[str, JsonValue] | None = None


class Link(Closed):
    category: Literal["runbook", "documentation", "dashboard", "resource"]
    url: str = Field(min_length=1, max_length=2048)
    title: str | None = Field(default=None, min_length=1, max_length=300)


class Alert(Closed):
    status: Literal["warn", "error", "ok"]
    priority: Literal["1", "2", "3", "4", "5"] = "5"
    links: tuple[Link, ...] | None = Field(default=None, min_length=1, max_length=20)
    custom: dict[str, JsonValue] | None = None


class CategorisedAttributes(Closed):
    """`category` is checked apart, for Datadog's own words about it."""

    category: str
    title: str = Field(min_length=1, max_length=500)
    attributes: Change | Alert
    message: str = Field(default="", max_length=4000)
    aggregation_key: str = Field(default="", max_length=100)
    host: str = Field(default="", max_length=255)
    integration_id: Literal["custom-events"] | None = None
    tags: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=100
    )
    timestamp: str = ""


class CategorisedData(Closed):
    type: Literal["event"]
    attributes: CategorisedAttributes


class CategorisedRequest(Closed):
    data: CategorisedData


def posted_event(wanted: EventRequest, number: int, now: datetime) -> EventRecord:
    seconds = wanted.date_happened
    happened = now if seconds is None else from_milliseconds(seconds * 1000)
    return EventRecord(
        id=_event_id(number),
        timestamp=_recent(happened, now),
        source=wanted.source_type_name or OWN_SOURCE,
        title=wanted.title,
        text=wanted.text,
        tags=wanted.tags,
        host=wanted.host,
        alert_type=wanted.alert_type,
        priority=wanted.priority or "normal",
        aggregation_key=wanted.aggregation_key,
    )


def categorised_event(wanted: CategorisedAttributes, number: int, now: datetime) -> EventRecord:
    """Its details are the attributes that only such an event has."""
    _check_category(wanted)
    happened = parse_moment(wanted.timestamp, now) if wanted.timestamp else now
    details = wanted.attributes.model_dump(mode="json", exclude_none=True)
    return EventRecord(
        id=_event_id(number),
        timestamp=_recent(happened, now),
        source=_source(wanted),
        title=wanted.title,
        text=wanted.message,
        tags=wanted.tags,
        host=wanted.host,
        alert_type=_alert_type(wanted.attributes),
        aggregation_key=wanted.aggregation_key,
        category=wanted.category,
        details=details,
    )


def uid_of(event: EventRecord) -> str:
    """The long form of an event's id, by which v2 finds one."""
    digest = hashlib.blake2b(event.id.encode(), digest_size=12).hexdigest()
    return f"AZ{digest[:22]}"


def categorised_answer(event: EventRecord) -> Resource:
    """As v2 answers one event: who and what, without the tags' and the search's decoration."""
    details = dict(event.details)
    evt: Resource = {
        "id": event.id,
        "uid": uid_of(event),
        "category": event.category,
        "integration_id": "custom-events",
    }
    named: Resource = {"title": event.title, "evt": evt}
    if event.aggregation_key:
        named["aggregation_key"] = event.aggregation_key
    return named | details


def _check_category(wanted: CategorisedAttributes) -> None:
    if wanted.category not in CATEGORIES:
        raise Refusal(
            400,
            "JSON validation failed at $.data.attributes.category: "
            'value must be one of: ["alert", "change"].',
        )
    if (wanted.category == "change") is not isinstance(wanted.attributes, Change):
        raise Refusal(400, f"The attributes are not those of category {wanted.category!r}")


def _source(wanted: CategorisedAttributes) -> str:
    if isinstance(wanted.attributes, Change):
        return wanted.attributes.changed_resource.type
    return "alert"


def _alert_type(attributes: Change | Alert) -> str:
    if isinstance(attributes, Change):
        return "info"
    return {"warn": "warning", "error": "error", "ok": "success"}[attributes.status]


def _recent(happened: datetime, now: datetime) -> datetime:
    if happened < now - OLDEST:
        raise Refusal(400, "Event too far in the past")
    return happened


def _event_id(number: int) -> str:
    """19 digits, like every event's."""
    digest = hashlib.blake2b(f"posted {number}".encode(), digest_size=8).digest()
    return str(10**18 + int.from_bytes(digest, "big") % (8 * 10**18))
