"""Waiting for something that nobody announces."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

Probe = Callable[[], Awaitable[bool]]

_EVERY = 0.05  # seconds


async def holds_within(probe: Probe, at_most: timedelta) -> bool:
    """Whether `probe` came true in time. Asks at least once; a hanging probe is cut short."""
    try:
        async with asyncio.timeout(at_most.total_seconds()):
            while not await probe():  # noqa: ASYNC110 -- no event to wait for
                await asyncio.sleep(_EVERY)
    except TimeoutError:
        return False
    return True
