"""One webhook POST: what came in, what we made of it, and what became of it."""

from enum import StrEnum

from pydantic import AwareDatetime, JsonValue

from domain.alerts import Alert
from domain.notebook import NotebookReference
from domain.values import Value


class Delivery(Value):
    """A received body, read. `alert` is None when nothing could be read; `problem` says why."""

    raw: bytes
    content_type: str = ""
    received_at: AwareDatetime
    key: str  # two deliveries with one key are one; see `key_expires`
    key_expires: bool  # True: the key is a body's hash and counts for ten minutes only
    alert: Alert | None = None
    problem: str = ""
    traceparent: str = ""  # the trace it came in, where traces are on


class EventStatus(StrEnum):
    PENDING = "pending"  # stored, not yet handed to its incident
    PROCESSED = "processed"  # its incident's workflow has it
    FAILED = "failed"  # could not be read; `error` says why


class Receipt(Value):
    """What storing a delivery came to. A redelivery gets the first one's `event_id`."""

    event_id: int
    duplicate: bool
    incident_id: int | None = None
    notebook: NotebookReference | None = None


class StoredEvent(Value):
    """A delivery as the database holds it, without its raw bytes."""

    id: int
    payload: dict[str, JsonValue]  # the original's 31 fields, as they are read from the body today
    received_at: AwareDatetime
    processed_at: AwareDatetime | None = None
    status: EventStatus
    error: str = ""
    forwarded_to: tuple[str, ...] = ()
    incident_id: int | None = None
    alert: Alert | None = None


class UnreadEvent(Value):
    """A failed delivery, and what it takes to read it again."""

    id: int
    raw: bytes
    content_type: str
    received_at: AwareDatetime


class EventStats(Value):
    """How many deliveries there are; both maps add up to `total`."""

    total: int
    by_status: dict[EventStatus, int]
    by_alert_status: dict[str, int]  # "" is what could not be read
    recent: int
