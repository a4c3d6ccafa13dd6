"""Stores a delivery, and tells what came of it."""

from api.dependencies import Resources
from domain.deliveries import Delivery, Receipt
from domain.errors import Unavailable
from domain.telemetry import Taken


async def take_in(resources: Resources, delivery: Delivery) -> Receipt:
    """Raises Unavailable where it cannot be stored."""
    telling = resources.telling
    if here := telling.trail.here():
        delivery = delivery.model_copy(update={"traceparent": here})
    try:
        receipt = await resources.inbox.store(delivery)
    except Unavailable:
        telling.tally.delivery_taken(Taken.FAILED)
        raise
    telling.tally.delivery_taken(_how(delivery, receipt))
    return receipt


def _how(delivery: Delivery, receipt: Receipt) -> Taken:
    if receipt.duplicate:
        return Taken.DUPLICATE
    return Taken.ACCEPTED if delivery.alert else Taken.UNREADABLE
