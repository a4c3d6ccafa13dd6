"""An event loop whose time passes at once: sleeps and timeouts end in order, without waiting."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Runs `main` alone. Nothing in it may wait for the outside world, threads included."""
    with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
        return runner.run(main)


def now() -> float:
    """Seconds since `run` began."""
    return asyncio.get_running_loop().time()


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual_now = 0.0
        super().__init__(_Impatient(self))

    def time(self) -> float:
        return self._virtual_now

    def skip(self, seconds: float) -> None:
        self._virtual_now += seconds


class _Impatient(selectors.SelectSelector):
    """Where the loop would wait for its next timer, moves the time there instead."""

    def __init__(self, loop: _VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everything waits for something that will never happen")
        if not ready and timeout:
            self._loop.skip(timeout)
        return ready
