"""Hold an answer until the notebook exists."""

import asyncio

from domain.deliveries import Receipt
from domain.errors import Unavailable
from domain.ports import Inbox

LOOK_EVERY_SECONDS = 0.25


async def wait_for_notebook(inbox: Inbox, receipt: Receipt, seconds: float) -> Receipt:
    """What is known of the delivery when its notebook exists, or when the time is up.

    The delivery is stored by now, so an outage while waiting must not turn the answer into 503.
    """
    latest = receipt
    try:
        async with asyncio.timeout(seconds):
            while latest.notebook is None:
                await asyncio.sleep(LOOK_EVERY_SECONDS)
                latest = await _look(inbox, latest)
    except TimeoutError:
        pass
    return latest.model_copy(update={"duplicate": receipt.duplicate})


async def _look(inbox: Inbox, receipt: Receipt) -> Receipt:
    try:
        return await inbox.receipt(receipt.event_id)
    except Unavailable:
        return receipt
