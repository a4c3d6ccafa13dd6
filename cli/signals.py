"""What Ctrl-C and SIGTERM mean: the first asks for an orderly end, the second ends at once."""

import asyncio
import os
import signal
from collections.abc import Callable

_FORCED = 130  # the exit code that shells use for a process ended by Ctrl-C


def stop_on_signals(told: Callable[[], None]) -> asyncio.Event:
    """An event that the first signal sets. `told` is called then, to let people know."""
    stop = asyncio.Event()

    def on_signal() -> None:
        if stop.is_set():
            os._exit(_FORCED)
        stop.set()
        told()

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, on_signal)
    return stop
