"""What taking webhooks, and doing with them as teams wish, needs from the outside world.

As in `domain.ports`: every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from domain.audit import Author
from domain.datadog_webhooks import DatadogWebhook
from domain.deliveries import Delivery, EventStats, StoredEvent, UnreadEvent
from domain.webhook_configs import WebhookConfig, WebhookConfigRequest


class WebhookConfigs(Protocol):
    """What teams want done with alerts, by name."""

    async def upsert_config(
        self, request: WebhookConfigRequest, *, signed: Author | None = None
    ) -> tuple[WebhookConfig, bool]:
        """The stored config, and whether it is new; one of that name is replaced, id and all.

        `signed`: who the audit log puts it down to, in the same transaction.
        """
        ...

    async def get_config(self, which: str | int) -> WebhookConfig:
        """By name or by id. Raises NotFound."""
        ...

    async def list_configs(self, *, active_only: bool) -> tuple[WebhookConfig, ...]:
        """Oldest first."""
        ...

    async def delete_config(self, name: str, *, signed: Author | None = None) -> None:
        """Raises NotFound. `signed` as above."""
        ...


class EventHistory(Protocol):
    """What became of the deliveries."""

    async def event_stats(self, *, since: datetime) -> EventStats:
        """Exact counts of everything stored; `recent` counts what was received after `since`."""
        ...

    async def monitor_events(self, monitor_id: int, *, limit: int) -> tuple[StoredEvent, ...]:
        """Newest first."""
        ...

    async def mark_forwarded(self, event_id: int, url: str) -> None:
        """Adds `url` to what the event tells of itself. Idempotent. Raises NotFound."""
        ...

    async def mark_arrived(self, event_ids: Sequence[int]) -> None:
        """Their incident's workflow has them: no relay hands them over again. Idempotent."""
        ...


class UnreadEvents(Protocol):
    """Deliveries that could not be read when they came, for a reader that has learned since."""

    async def failed_events(self, *, after: int, limit: int) -> tuple[UnreadEvent, ...]:
        """Those with an id above `after`, oldest first."""
        ...

    async def accept_reading(self, event_id: int, delivery: Delivery) -> bool:
        """Makes a failed event pending with what was read in it; False where it stays failed.

        Idempotent: an event that is no longer failed, or whose key another one has, is left alone.
        """
        ...

    async def wake_relay(self) -> int:
        """Rings for every pending event and says how many there are. Idempotent."""
        ...


class Forwarder(Protocol):
    async def forward(self, url: str, body: bytes, content_type: str, event_id: int) -> None:
        """Hands a delivery on, byte for byte. At least once: the event's id goes with it.

        Raises Forbidden for an address that must not be reached, Unavailable where another try
        may help, and another Rejected or Broken where none will.
        """
        ...


class DatadogWebhooks(Protocol):
    """The webhooks that Datadog knows."""

    async def find_webhook(self, name: str) -> DatadogWebhook | None: ...

    async def put_webhook(self, webhook: DatadogWebhook) -> None:
        """Creates it, or replaces the one of that name. Idempotent."""
        ...
