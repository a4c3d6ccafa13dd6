"""How each monitor stands at a time: the scenario says what happened, the clock how far it is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dd_lib.sandbox.firing import Firing
from dd_lib.sandbox.moments import iso_offset, to_seconds
from dd_lib.sandbox.people import HANDLE, NAME, SINCE
from dd_lib.sandbox.records import MonitorRecord
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import Searchable

OK = "OK"
UNGROUPED = "total"
_GROUPED_BY = re.compile(r"\bby\s*\{([^{}]*)\}")
_MENTION = re.compile(r"@([\w-]+(?:[\w.@-]*\w)?)")
_STATES = {
    "Triggered": "Alert",
    "Re-Triggered": "Alert",
    "Warn": "Warn",
    "Re-Warn": "Warn",
    "No Data": "No Data",
    "Re-No Data": "No Data",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One monitor at one time. `scope` holds the tags of the group that the scenario alerts on."""

    monitor: MonitorRecord
    status: str
    scope: tuple[str, ...] = ()
    alerted_at: datetime | None = None  # None: not yet, or never in this scenario
    changed_at: datetime | None = None

    @property
    def group(self) -> str:
        return ",".join(self.group_tags) or UNGROUPED

    @property
    def group_tags(self) -> tuple[str, ...]:
        keys = group_keys(self.monitor)
        return tuple(tag for tag in self.scope if tag.partition(":")[0] in keys)

    @property
    def mentions(self) -> tuple[str, ...]:
        """Whom the message notifies, without the @."""
        return tuple(dict.fromkeys(_MENTION.findall(self.monitor.message)))

    @property
    def searchable(self) -> Searchable:
        """As a downtime's scope sees the group: its tags, or all that the monitor is about."""
        return Searchable(reserved={}, tags=self.scope or self.monitor.tags)


def group_keys(monitor: MonitorRecord) -> tuple[str, ...]:
    """What the query splits by; nothing for a simple alert."""
    found = _GROUPED_BY.search(monitor.query)
    return tuple(key.strip() for key in found[1].split(",")) if found else ()


def standings(firings: Iterable[Firing], now: datetime) -> dict[int, Standing]:
    """By monitor id, in order."""
    found = {
        monitor.id: _standing(monitor, firing, now)
        for firing in firings
        for monitor in firing.telemetry.monitors
    }
    return dict(sorted(found.items()))


def _standing(monitor: MonitorRecord, firing: Firing, now: datetime) -> Standing:
    """A monitor that the scenario's webhook is not about stays as the scenario has it."""
    if str(firing.webhook.get("monitor_id")) != str(monitor.id):
        return Standing(monitor, monitor.overall_state)
    scope = tuple(tag for tag in str(firing.webhook.get("scope", "")).split(",") if tag)
    alerted, recovered = firing.order.at, firing.recovers_at
    if now < alerted:
        return Standing(monitor, OK, scope)
    if now >= recovered:
        return Standing(monitor, OK, scope, alerted_at=alerted, changed_at=recovered)
    transition = str(firing.webhook.get("alert_transition"))
    status = _STATES.get(transition, monitor.overall_state)
    return Standing(monitor, status, scope, alerted_at=alerted, changed_at=alerted)


def describe(standing: Standing, *, with_groups: bool) -> Resource:
    """As Datadog answers a monitor."""
    monitor = standing.monitor
    answer: Resource = {
        "id": monitor.id,
        "name": monitor.name,
        "type": monitor.type,
        "query": monitor.query,
        "message": monitor.message,
        "tags": list(monitor.tags),
        "overall_state": standing.status,
        "overall_state_modified": iso_offset(standing.changed_at) if standing.changed_at else None,
        "multi": bool(group_keys(monitor)),
        "priority": None,
        "restricted_roles": None,
        "options": {"notify_no_data": False, "include_tags": True, "silenced": {}},
        "created": SINCE,
        "modified": SINCE,
        "deleted": None,
        "creator": {"name": NAME, "handle": HANDLE, "email": HANDLE},
    }
    return answer | ({"state": _state(standing)} if with_groups else {})


def _state(standing: Standing) -> Resource:
    group: Resource = {"name": standing.group, "status": standing.status}
    if standing.alerted_at:
        group["last_triggered_ts"] = to_seconds(standing.alerted_at)
    if standing.status == OK and standing.changed_at:
        group["last_resolved_ts"] = to_seconds(standing.changed_at)
    return {"groups": {standing.group: group}}
