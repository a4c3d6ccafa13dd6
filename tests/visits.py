"""Values of visits with quiet defaults: Ann, on a laptop, at noon."""

from typing import Any

from domain.rum import (
    Activity,
    Arrival,
    Caller,
    Client,
    Departure,
    RumEventType,
    TrackedEvent,
)
from tests.factories import NOON

ANN = "a0000000-0000-4000-8000-00000000000a"
BOB = "b0000000-0000-4000-8000-00000000000b"
SESSION = "50000000-0000-4000-8000-000000000001"


def a_caller(**changes: Any) -> Caller:
    defaults: dict[str, Any] = {
        "address": "203.0.113.7",
        "user_agent": "Mozilla/5.0 (Test)",
        "client": Client(device_type="desktop", browser="Firefox", os="Linux"),
    }
    return Caller(**(defaults | changes))


def an_arrival(**changes: Any) -> Arrival:
    defaults: dict[str, Any] = {
        "at": NOON,
        "caller": a_caller(),
        "visitor_uuid": ANN,
        "entry_page": "https://shop.test/",
    }
    return Arrival(**(defaults | changes))


def a_view(url: str = "https://shop.test/", **changes: Any) -> TrackedEvent:
    return TrackedEvent(**({"event_type": RumEventType.VIEW, "page_url": url} | changes))


def an_activity(*events: TrackedEvent, **changes: Any) -> Activity:
    defaults: dict[str, Any] = {
        "at": NOON,
        "caller": a_caller(),
        "visitor_uuid": ANN,
        "session_id": SESSION,
        "events": events or (a_view(),),
    }
    return Activity(**(defaults | changes))


def a_departure(**changes: Any) -> Departure:
    return Departure(**({"at": NOON, "session_id": SESSION} | changes))
