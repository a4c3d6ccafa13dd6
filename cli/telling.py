"""Services that tell of themselves: apart from `services.py`, which every command loads."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry
from cli.services import Service


class Part(Protocol):
    async def __call__(
        self,
        settings: Settings,
        telemetry: Telemetry,
        *,
        stop: asyncio.Event,
        ready: Callable[[], None] | None,
    ) -> None:
        """As a service, which tells of itself."""
        ...


def told(part: Part, telemetry: Telemetry) -> Service:
    return partial(part, telemetry=telemetry)
