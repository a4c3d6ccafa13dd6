"""Reads a webhook, whatever a monitor's template made of it, into a delivery and its alert."""

from datetime import datetime
from hashlib import sha256

from pydantic import JsonValue

from domain.alerts import Alert
from domain.deliveries import Delivery
from domain.webhook_alert import read_alert
from domain.webhook_body import read_body
from domain.webhook_fields import Fields, original_payload
from domain.webhook_values import short, storable

NOTHING_USABLE = "the body names no monitor, title, message, host, service, scope or tag"


def read_delivery(raw: bytes, content_type: str, received_at: datetime) -> Delivery:
    """Reads any bytes; never raises, for a webhook that is refused is lost for good.

    What cannot be read has no alert and a problem that says why. That includes an object which
    tells nothing to look at, such as `{}`: it is kept and shown, but nobody is woken for it.
    """
    body = read_body(raw, content_type)
    fields = Fields(body.fields)
    alert = None if body.problem else read_alert(fields, received_at)
    problem = body.problem or ("" if alert else NOTHING_USABLE)
    key = _lasting_key(fields, alert) if alert else ""
    return Delivery(
        raw=raw,
        content_type=short(storable(content_type)),
        received_at=received_at,
        key=key or f"body:{sha256(raw).hexdigest()}",
        key_expires=not key,
        alert=alert,
        problem=problem,
    )


def payload_of(raw: bytes, content_type: str) -> dict[str, JsonValue]:
    """What a body says in the original's 31 fields; nothing where it cannot be read.

    For those who look at a delivery: taking it in would be a fifth slower for writing it down.
    """
    body = read_body(raw, content_type)
    return {} if body.problem else original_payload(Fields(body.fields))


def _lasting_key(fields: Fields, alert: Alert) -> str:
    """What tells this delivery from every other, for ever; "" where only the body's hash can.

    The event id does. Without it the alert's cycle does, together with the transition and the
    event's own time: a reminder of the same alert carries another time.
    """
    change = alert.transition.value
    if alert.event_id:
        return f"event:{alert.org_id}:{alert.event_id}:{change}"
    moment = fields.name("last_updated", "date", "timestamp")
    if alert.cycle_key and moment:
        return f"cycle:{alert.org_id}:{alert.cycle_key}:{change}:{moment}"
    return ""
