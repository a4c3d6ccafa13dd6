"""Give every delivery that had no effect yet another chance to have it."""

from domain.deliveries import UnreadEvent
from domain.webhook_payload import read_delivery
from domain.webhook_ports import UnreadEvents

BATCH = 10  # bodies in memory at once: each may have ten megabytes


async def retry(event: UnreadEvent, unread: UnreadEvents) -> str:
    """Why it still cannot be read, or "". Idempotent, like all of this."""
    delivery = read_delivery(event.raw, event.content_type, event.received_at)
    if delivery.alert is None:
        return delivery.problem
    await unread.accept_reading(event.id, delivery)
    await unread.wake_relay()
    return ""


async def reprocess(unread: UnreadEvents) -> int:
    """How many deliveries wait for their incident now. Idempotent.

    What failed is read again, by a reader that may have learned since; what was processed, or
    says what a processed one said, is left alone.
    """
    last = 0
    while batch := await unread.failed_events(after=last, limit=BATCH):
        for event in batch:
            delivery = read_delivery(event.raw, event.content_type, event.received_at)
            if delivery.alert:
                await unread.accept_reading(event.id, delivery)
        last = batch[-1].id
    return await unread.wake_relay()
