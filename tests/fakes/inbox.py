"""The inbox in memory."""

from datetime import timedelta

from domain.deliveries import Delivery, EventStatus, Receipt, StoredEvent
from domain.errors import NotFound
from domain.paging import Listed, Piece
from domain.webhook_payload import payload_of
from tests.fakes.paging import piece_of
from tests.fakes.store_state import FakeEvent, FakeState

KEY_LIFE = timedelta(minutes=10)


class FakeInbox:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()
        self.deliveries: list[Delivery] = []

    async def store(self, delivery: Delivery) -> Receipt:
        self.deliveries.append(delivery)
        self.state.answer()
        first = next((e for e in reversed(self.state.events) if _same(e.delivery, delivery)), None)
        if first:
            return self._receipt(first, duplicate=True)
        status = EventStatus.PENDING if delivery.alert else EventStatus.FAILED
        event = FakeEvent(len(self.state.events) + 1, delivery, status)
        self.state.events.append(event)
        self.state.stored.set()
        return self._receipt(event, duplicate=False)

    async def get_event(self, event_id: int) -> StoredEvent:
        return stored(self._find(event_id))

    async def get_raw(self, event_id: int) -> tuple[bytes, str]:
        delivery = self._find(event_id).delivery
        return delivery.raw, delivery.content_type

    async def list_events(
        self, piece: Piece, *, status: EventStatus | None = None
    ) -> Listed[StoredEvent]:
        self.state.answer()
        wanted = [e for e in self.state.events if status is None or e.status is status]
        return piece_of([stored(event) for event in wanted], piece)

    async def receipt(self, event_id: int) -> Receipt:
        return self._receipt(self._find(event_id), duplicate=False)

    def _find(self, event_id: int) -> FakeEvent:
        self.state.answer()
        for event in self.state.events:
            if event.id == event_id:
                return event
        raise NotFound(f"there is no webhook event {event_id!r}")

    def _receipt(self, event: FakeEvent, *, duplicate: bool) -> Receipt:
        incident = self.state.incidents.get(event.incident_id or 0)
        return Receipt(
            event_id=event.id,
            duplicate=duplicate,
            incident_id=event.incident_id,
            notebook=incident.notebook if incident else None,
        )


def _same(first: Delivery, later: Delivery) -> bool:
    if first.key != later.key:
        return False
    return not first.key_expires or first.received_at > later.received_at - KEY_LIFE


def stored(event: FakeEvent) -> StoredEvent:
    return StoredEvent(
        id=event.id,
        payload=payload_of(event.delivery.raw, event.delivery.content_type),
        received_at=event.delivery.received_at,
        processed_at=event.processed_at,
        status=event.status,
        error=event.delivery.problem,
        forwarded_to=tuple(event.forwarded_to),
        incident_id=event.incident_id,
        alert=event.delivery.alert,
    )
