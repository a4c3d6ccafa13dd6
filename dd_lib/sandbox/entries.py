"""Logs and events as the search finds them and the API answers them.

Only attributes that Datadog's published documents name are answered.
"""

import base64
import hashlib
from collections.abc import Iterable

from pydantic import JsonValue

from dd_lib.sandbox.moments import iso_milliseconds, to_milliseconds, to_seconds
from dd_lib.sandbox.posted_events import uid_of
from dd_lib.sandbox.record_search import Entry
from dd_lib.sandbox.records import EventRecord, LogRecord, MonitorRecord
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import Searchable

ALERT_SOURCE = "alert"


def log_entries(logs: Iterable[LogRecord]) -> list[Entry]:
    return [_log_entry(number, log) for number, log in enumerate(logs)]


def _log_entry(number: int, log: LogRecord) -> Entry:
    log_id = _log_id(number, log)
    reserved = {"service": log.service, "host": log.host, "status": log.status}
    attributes: Resource = {
        "timestamp": iso_milliseconds(log.timestamp),
        "status": log.status,
        "service": log.service,
        "host": log.host,
        "message": log.message,
        "tags": list(log.tags),
        "attributes": dict(log.attributes),
    }
    return Entry(
        at=log.timestamp,
        id=log_id,
        searchable=Searchable(reserved, log.tags, log.attributes, (log.message,)),
        resource={"id": log_id, "type": "log", "attributes": attributes},
    )


def _log_id(number: int, log: LogRecord) -> str:
    named = f"{number} {log.timestamp.isoformat()} {log.message}"
    digest = hashlib.blake2b(named.encode(), digest_size=24).digest()
    return "AwAAA" + base64.urlsafe_b64encode(digest).decode()


def event_entries(events: Iterable[EventRecord], monitors: Iterable[MonitorRecord]) -> list[Entry]:
    known = tuple(monitors)
    return [_event_entry(event, known) for event in events]


def _event_entry(event: EventRecord, monitors: tuple[MonitorRecord, ...]) -> Entry:
    inner = _event_attributes(event, _monitor_of(event, monitors))
    tags = (*event.tags, f"source:{event.source}")
    reserved = {
        "source": event.source,
        "status": str(inner["status"]),
        "service": _label(event, "service"),
        "host": event.host or _label(event, "host"),
    }
    attributes: Resource = {
        "timestamp": iso_milliseconds(event.timestamp),
        "message": event.text,
        "tags": list(tags),
        "attributes": inner,
    }
    return Entry(
        at=event.timestamp,
        id=event.id,
        searchable=Searchable(reserved, tags, inner, (event.title, event.text)),
        resource={"id": event.id, "type": "event", "attributes": attributes},
    )


def _event_attributes(event: EventRecord, monitor: MonitorRecord | None) -> Resource:
    attributes: Resource = {
        "evt": {"id": event.id, "uid": uid_of(event), "name": event.title},
        "title": event.title,
        "source_type_name": event.source,
        "status": status_of(event),
        "priority": event.priority,
        "timestamp": to_milliseconds(event.timestamp),
        "date_happened": to_seconds(event.timestamp),
        "tags": list(event.tags),
    }
    named = {
        "service": _label(event, "service"),
        "hostname": event.host or _label(event, "host"),
        "aggregation_key": event.aggregation_key,
    }
    attributes |= {name: text for name, text in named.items() if text}
    return attributes | (_monitor_attributes(event, monitor) if monitor else {})


def _monitor_attributes(event: EventRecord, monitor: MonitorRecord) -> Resource:
    groups: list[JsonValue] = [tag for tag in event.tags if tag.startswith(("host:", "service:"))]
    return {
        "monitor_id": monitor.id,
        "monitor_groups": groups,
        "monitor": {
            "id": monitor.id,
            "name": monitor.name,
            "type": monitor.type,
            "query": monitor.query,
            "message": monitor.message,
            "tags": list(monitor.tags),
            "groups": groups,
        },
    }


def _monitor_of(event: EventRecord, monitors: tuple[MonitorRecord, ...]) -> MonitorRecord | None:
    """An alert event's title ends with its monitor's name."""
    if event.source != ALERT_SOURCE:
        return None
    return next((m for m in monitors if event.title.endswith(m.name)), None)


_STATUS_WORDS = {"[Triggered": "error", "[Warn": "warning", "[Recovered": "success"}


def status_of(event: EventRecord) -> str:
    if event.alert_type:
        return event.alert_type
    if event.source != ALERT_SOURCE:
        return "info"
    return next((s for word, s in _STATUS_WORDS.items() if word in event.title), "info")


def _label(event: EventRecord, key: str) -> str:
    prefix = f"{key}:"
    return next((tag[len(prefix) :] for tag in event.tags if tag.startswith(prefix)), "")
