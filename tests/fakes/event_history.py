"""What became of the deliveries, in memory."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from domain.deliveries import EventStats, EventStatus, StoredEvent
from domain.errors import NotFound
from tests.fakes.inbox import stored
from tests.fakes.store_state import FakeState


class FakeEventHistory:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def event_stats(self, *, since: datetime) -> EventStats:
        self.state.answer()
        events = self.state.events
        alerts = [event.delivery.alert for event in events]
        return EventStats(
            total=len(events),
            by_status=Counter(event.status for event in events),
            by_alert_status=Counter(alert.status.value if alert else "" for alert in alerts),
            recent=sum(event.delivery.received_at > since for event in events),
        )

    async def monitor_events(self, monitor_id: int, *, limit: int) -> tuple[StoredEvent, ...]:
        self.state.answer()
        newest_first = (stored(event) for event in reversed(self.state.events))
        found = [e for e in newest_first if e.alert and e.alert.monitor_id == monitor_id]
        return tuple(found[:limit])

    async def mark_forwarded(self, event_id: int, url: str) -> None:
        self.state.answer()
        for event in self.state.events:
            if event.id == event_id:
                event.forwarded_to += [] if url in event.forwarded_to else [url]
                return
        raise NotFound(f"there is no webhook event {event_id!r}")

    async def mark_arrived(self, event_ids: Sequence[int]) -> None:
        self.state.answer()
        for event in self.state.events:
            if event.id in event_ids and event.status is EventStatus.PENDING:
                event.status = EventStatus.PROCESSED
                event.processed_at = self.state.now
                event.leased_until = None
