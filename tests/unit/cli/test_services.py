"""Services run side by side: ready together, stopped together, none lost unnoticed."""

import asyncio
from collections.abc import Callable

import pytest

from adapters.settings import Settings
from cli.services import first_cause, serve_together
from domain.errors import Broken, Conflict, Unavailable


class Patient:
    """Ready at once, serves until it is told to stop."""

    def __init__(self) -> None:
        self.was_stopped = False

    async def __call__(
        self, settings: Settings, *, stop: asyncio.Event, ready: Callable[[], None] | None
    ) -> None:
        if ready:
            ready()
        await stop.wait()
        self.was_stopped = True


async def _fails(
    settings: Settings, *, stop: asyncio.Event, ready: Callable[[], None] | None
) -> None:
    raise ExceptionGroup("in a task", [ValueError("noise"), Unavailable("the server is gone")])


async def _ends(
    settings: Settings, *, stop: asyncio.Event, ready: Callable[[], None] | None
) -> None:
    return


async def test_all_are_stopped_when_asked() -> None:
    services = {"one": Patient(), "two": Patient()}
    stop = asyncio.Event()

    await serve_together(services, Settings(), stop=stop, ready=stop.set)

    assert all(service.was_stopped for service in services.values())


async def test_ready_is_told_once_and_only_when_every_service_is() -> None:
    told: list[str] = []
    stop, hold = asyncio.Event(), asyncio.Event()

    async def slow(
        settings: Settings, *, stop: asyncio.Event, ready: Callable[[], None] | None
    ) -> None:
        await hold.wait()
        told.append("slow is up")
        assert ready is not None
        ready()
        await stop.wait()

    def ready() -> None:
        told.append("ready")
        stop.set()

    asyncio.get_running_loop().call_soon(hold.set)
    await serve_together({"one": Patient(), "slow": slow}, Settings(), stop=stop, ready=ready)

    assert told == ["slow is up", "ready"]


async def test_one_that_fails_stops_the_others_and_its_error_is_raised() -> None:
    other = Patient()

    with pytest.raises(Unavailable, match="the server is gone"):
        await serve_together(
            {"other": other, "fails": _fails},
            Settings(),
            stop=asyncio.Event(),
            ready=lambda: None,
        )

    assert other.was_stopped


async def test_one_that_ends_unasked_is_an_error() -> None:
    with pytest.raises(Broken, match="ended without being asked"):
        await serve_together({"ends": _ends}, Settings(), stop=asyncio.Event(), ready=lambda: None)


def test_our_own_error_is_found_in_a_nest_of_groups() -> None:
    nest = ExceptionGroup("a", [ValueError(), ExceptionGroup("b", [Conflict("ours")])])

    assert isinstance(first_cause(nest), Conflict)
