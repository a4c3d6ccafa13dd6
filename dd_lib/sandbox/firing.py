"""One scenario let loose: its data moved to a moment, its webhook made ready to be sent."""

import hashlib
import re
from datetime import datetime, timedelta

from pydantic import AwareDatetime, JsonValue

from dd_lib.sandbox.manners import AS_WRITTEN, Body, Manner, in_manner, replace_text
from dd_lib.sandbox.moments import to_milliseconds
from dd_lib.sandbox.records import EventRecord, Record, Scenario, Telemetry

DATADOG_APP = "https://app.datadoghq.com"
_LINK_TIME = re.compile(r"\b((?:from|to)_ts=)(\d{13})\b")
_TIMES = ("date", "last_updated")


class FiringOrder(Record):
    """All that is needed to do the same firing again after a restart."""

    scenario: str
    at: AwareDatetime
    number: int  # counts firings; makes fresh ids fresh
    fresh_ids: bool
    recovers_after: timedelta
    manner: Manner = AS_WRITTEN


class Firing(Record):
    order: FiringOrder
    webhook: Body
    recovery: Body
    telemetry: Telemetry

    @property
    def recovers_at(self) -> datetime:
        return self.order.at + self.order.recovers_after

    def alerted_between(self, start: datetime, end: datetime) -> bool:
        return start <= self.order.at <= end


def fire(scenario: Scenario, order: FiringOrder, app_url: str) -> Firing:
    """The same order gives the same firing."""
    shift = order.at - scenario.alert_at
    old_id = str(scenario.webhook.get("id", ""))
    new_id = _event_id(order, "triggered") if order.fresh_ids else old_id
    webhook = _move_webhook(scenario.webhook, shift, app_url)
    if order.fresh_ids:
        webhook = replace_text(webhook, old_id, new_id)
        webhook["alert_cycle_key"] = order.manner.cycle or _number_of(order, "cycle")
    webhook = in_manner(webhook, order.manner)
    return Firing(
        order=order,
        webhook=webhook,
        recovery=_recovery(webhook, order),
        telemetry=_move_telemetry(scenario.telemetry, shift, old_id, new_id),
    )


def _event_id(order: FiringOrder, occasion: str) -> str:
    return _number_of(order, f"event {occasion}")


def _number_of(order: FiringOrder, purpose: str) -> str:
    """19 digits, as Datadog's ids have; too many for a float, on purpose."""
    named = f"{order.scenario} {order.at.isoformat()} {order.number} {purpose}"
    digest = int.from_bytes(hashlib.blake2b(named.encode(), digest_size=8).digest(), "big")
    return str(10**18 + digest % (8 * 10**18))


def _move_webhook(webhook: Body, shift: timedelta, app_url: str) -> Body:
    moved = {key: _move_links(value, shift, app_url) for key, value in webhook.items()}
    for key in _TIMES:
        if key in webhook:
            moved[key] = str(int(str(webhook[key])) + shift // timedelta(milliseconds=1))
    return moved


def _move_links(value: JsonValue, shift: timedelta, app_url: str) -> JsonValue:
    if not isinstance(value, str):
        return value
    milliseconds = shift // timedelta(milliseconds=1)
    return _LINK_TIME.sub(
        lambda match: f"{match[1]}{int(match[2]) + milliseconds}",
        value.replace(DATADOG_APP, app_url),
    )


def _recovery(webhook: Body, order: FiringOrder) -> Body:
    recovered_ms = str(to_milliseconds(order.at + order.recovers_after))
    body = replace_text(webhook, str(webhook.get("id", "")), _event_id(order, "recovered"))
    body |= {
        "alert_transition": "Recovered",
        "alert_type": "success",
        "alert_status": "",
        "date": recovered_ms,
        "last_updated": recovered_ms,
    }
    written = str(webhook.get("alert_transition") or "Triggered")
    for key in ("title", "alert_title"):
        if isinstance(title := body.get(key), str):
            body[key] = title.replace(f"[{written}", "[Recovered", 1)
    return body


def _move_telemetry(telemetry: Telemetry, shift: timedelta, old_id: str, new_id: str) -> Telemetry:
    """The alert's own event, where the scenario has it, keeps the webhook's id."""
    moved = telemetry.shifted(shift)
    events = tuple(_renamed(event, old_id, new_id) for event in moved.events)
    return moved.model_copy(update={"events": events})


def _renamed(event: EventRecord, old_id: str, new_id: str) -> EventRecord:
    return event.model_copy(update={"id": new_id}) if event.id == old_id else event
