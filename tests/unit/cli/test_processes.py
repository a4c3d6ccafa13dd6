"""What a part that runs alone asks for before it starts."""

import asyncio
import io
from collections.abc import Callable

import pytest
from rich.console import Console

from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry
from cli.processes import run_alone
from domain.errors import Misconfigured


async def _never(
    settings: Settings,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None,
) -> None:
    raise AssertionError("it was started")


async def _refusal(name: str, settings: Settings) -> str:
    with pytest.raises(Misconfigured) as refused:
        await run_alone(name, _never, settings, Console(file=io.StringIO()))
    return str(refused.value)


async def test_a_worker_alone_names_every_server_that_is_missing() -> None:
    message = await _refusal("worker", Settings())

    assert "`rayne worker` needs DB_HOST, TEMPORAL_ADDRESS, DD_API_KEY" in message
    assert "`rayne up` brings its own servers" in message


async def test_an_api_alone_needs_no_datadog() -> None:
    message = await _refusal("api", Settings())

    assert "`rayne api` needs DB_HOST, TEMPORAL_ADDRESS;" in message


async def test_what_is_named_is_not_missing() -> None:
    message = await _refusal("api", Settings(db_host="db.internal"))

    assert "`rayne api` needs TEMPORAL_ADDRESS;" in message
