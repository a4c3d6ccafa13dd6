"""Hold an answer until the notebook exists."""

import asyncio
from math import isfinite

from domain.deliveries import Receipt
from domain.errors import Unavailable
from domain.ports import Inbox

LOOK_EVERY_SECONDS = 0.25
MAX_WAIT_SECONDS = 600.0


def patience(asked: str) -> float:
    """How many seconds somebody asked us to wait, within our own bound; 0 for what is no number."""
    try:
        seconds = float(asked)
    except ValueError:
        return 0
    return min(max(seconds, 0), MAX_WAIT_SECONDS) if isfinite(seconds) else 0


async def wait_for_notebook(
    inbox: Inbox, receipt: Receipt, seconds: float, stopping: asyncio.Event
) -> Receipt:
    """What is known of the delivery when its notebook exists, the time is up, or we are to stop.

    The delivery is stored by now, so an outage while waiting must not turn the answer into 503.
    """
    latest = receipt
    if seconds <= 0:
        return latest
    try:
        async with asyncio.timeout(seconds):
            while latest.notebook is None and not stopping.is_set():
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
