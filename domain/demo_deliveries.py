"""The stories' moments as Datadog would post them, read as every webhook is."""

import json
from datetime import datetime, timedelta

from domain.alerts import AlertStatus
from domain.deliveries import Delivery
from domain.demo_draws import Draws
from domain.demo_stories import Moment, Story
from domain.webhook_payload import read_delivery

ORG_ID = "12345"  # part of every key: what is seeded never joins another organisation's incidents
ORG_NAME = "Rayne demo"

_FIRST_EVENT_ID = 4 * 10**18  # Datadog's have 19 digits
_ALERT_TYPES = {
    AlertStatus.ALERT: "error",
    AlertStatus.WARN: "warning",
    AlertStatus.NO_DATA: "error",
    AlertStatus.OK: "success",
}


def deliveries(seed: int, story: Story) -> tuple[Delivery, ...]:
    """In the order in which they happened, each received within seconds of it."""
    return tuple(_delivery(seed, story.name, moment) for moment in story.moments)


def _delivery(seed: int, story: str, moment: Moment) -> Delivery:
    draws = Draws(seed, "delivery", story, moment.episode, moment.transition.value)
    body = _body(Draws(seed, "cycle", story, moment.episode), draws, moment)
    received_at = moment.happened_at + timedelta(milliseconds=draws.between(400, 9_000))
    return read_delivery(json.dumps(body).encode(), "application/json", received_at)


def _body(cycle: Draws, draws: Draws, moment: Moment) -> dict[str, object]:
    """What the template in the README makes of it."""
    monitor, host = moment.monitor, moment.host
    event_id = str(_FIRST_EVENT_ID + draws.below(10**18))
    title = f"[{moment.transition.value} on {{host:{host}}}] {monitor.name}"
    said = monitor.said(moment.status, host, draws)
    return {
        "id": event_id,
        "alert_id": str(monitor.id),
        "monitor_id": str(monitor.id),
        "monitor_name": monitor.name,
        "monitor_type": "metric alert",
        "alert_title": title,
        "title": f"[P{monitor.priority}] {title}",
        "alert_message": said,
        "body": f"{monitor.message}\n\n{said}",
        "alert_transition": moment.transition.value,
        "alert_status": moment.status.value,
        "alert_type": _ALERT_TYPES[moment.status],
        "alert_cycle_key": str(_FIRST_EVENT_ID + cycle.below(10**18)),
        "alert_priority": f"P{monitor.priority}",
        "event_type": "query_alert_monitor",
        "scope": ",".join(sorted((*monitor.tags[:2], f"host:{host}"))),
        "tags": ",".join((*monitor.tags, f"host:{host}", "monitor")),
        "hostname": host,
        "service": monitor.service,
        "env": monitor.env,
        "APPLICATION_TEAM": monitor.team,
        "metric": monitor.metric,
        "query": monitor.query,
        **_times(moment.happened_at),
        "link": f"https://app.datadoghq.com/event/event?id={event_id}",
        "org": {"id": ORG_ID, "name": ORG_NAME},
    }


def _times(happened_at: datetime) -> dict[str, object]:
    milliseconds = str(round(happened_at.timestamp() * 1000))
    return {"date": milliseconds, "last_updated": milliseconds}
