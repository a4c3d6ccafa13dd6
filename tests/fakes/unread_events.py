"""Deliveries that failed, in memory."""

from domain.deliveries import Delivery, EventStatus, UnreadEvent
from tests.fakes.store_state import FakeEvent, FakeState

SAID_BEFORE = "read again: another delivery brought the same event"


class FakeUnreadEvents:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def failed_events(self, *, after: int, limit: int) -> tuple[UnreadEvent, ...]:
        self.state.answer()
        found = [event for event in self.state.events if _is_failed(event) and event.id > after]
        return tuple(_unread(event) for event in found[:limit])

    async def accept_reading(self, event_id: int, delivery: Delivery) -> bool:
        self.state.answer()
        event = next((e for e in self.state.events if e.id == event_id and _is_failed(e)), None)
        if event is None or delivery.alert is None:
            return False
        if not delivery.key_expires and self._has_another(event, delivery.key):
            event.delivery = event.delivery.model_copy(update={"problem": SAID_BEFORE})
            return False
        keys = {"key": event.delivery.key, "key_expires": event.delivery.key_expires}
        event.delivery = delivery.model_copy(update=keys if delivery.key_expires else {})
        event.status = EventStatus.PENDING
        return True

    async def wake_relay(self) -> int:
        self.state.answer()
        self.state.stored.set()
        return sum(event.status is EventStatus.PENDING for event in self.state.events)

    def _has_another(self, event: FakeEvent, key: str) -> bool:
        return any(e is not event and e.delivery.key == key for e in self.state.events)


def _is_failed(event: FakeEvent) -> bool:
    return event.status is EventStatus.FAILED


def _unread(event: FakeEvent) -> UnreadEvent:
    delivery = event.delivery
    return UnreadEvent(
        id=event.id,
        raw=delivery.raw,
        content_type=delivery.content_type,
        received_at=delivery.received_at,
    )
