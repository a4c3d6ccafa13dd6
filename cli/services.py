"""Runs long-lived services side by side: all ready, all stopped, none lost unnoticed."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

from adapters.settings import Settings
from domain.errors import Broken, RayneError

BESIDE_DRAINING = timedelta(seconds=10)  # for everything else that ends


class Service(Protocol):
    async def __call__(
        self, settings: Settings, *, stop: asyncio.Event, ready: Callable[[], None] | None
    ) -> None:
        """Serves until `stop` is set; calls `ready` once it does."""
        ...


async def serve_together(
    services: Mapping[str, Service],
    settings: Settings,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None],
) -> None:
    """Serves until `stop` is set, and calls `ready` when every service is.

    One that ends by itself stops the others, and its error is raised.
    """
    waiting = set(services)
    end = asyncio.Event()

    def note(name: str) -> Callable[[], None]:
        def one_is_ready() -> None:
            waiting.discard(name)
            if not waiting:
                ready()

        return one_is_ready

    tasks = {
        asyncio.create_task(serve(settings, stop=end, ready=note(name)), name=name)
        for name, serve in services.items()
    }
    try:
        await _first_end(tasks, stop)
    finally:
        end.set()
        late = await _wind_down(tasks, settings.drain + BESIDE_DRAINING)
    _raise_first(tasks - late, was_asked=stop.is_set())


async def _first_end(tasks: set[asyncio.Task[None]], stop: asyncio.Event) -> None:
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()


async def _wind_down(tasks: set[asyncio.Task[None]], within: timedelta) -> set[asyncio.Task[None]]:
    """Those that had to be cancelled, because they did not stop in time."""
    _, late = await asyncio.wait(tasks, timeout=within.total_seconds())
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    return late


def _raise_first(tasks: set[asyncio.Task[None]], *, was_asked: bool) -> None:
    for task in tasks:
        error = task.exception()
        if error is not None:
            raise first_cause(error)
    if not was_asked:
        names = ", ".join(sorted(task.get_name() for task in tasks))
        raise Broken(f"a service ended without being asked, among: {names}")


def first_cause(error: BaseException) -> BaseException:
    """Our own error inside a group of errors, else the first of them."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    leaves = [first_cause(inner) for inner in error.exceptions]
    return next((leaf for leaf in leaves if isinstance(leaf, RayneError)), leaves[0])
