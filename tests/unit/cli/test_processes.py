"""What a part that runs alone asks for before it starts."""

import asyncio
import io
from collections.abc import Callable, Coroutine

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry
from cli.processes import run_alone, upgrade_patiently, wait_for_tables
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


@pytest.mark.parametrize("prepare", [upgrade_patiently, wait_for_tables])
async def test_a_part_waits_for_a_database_that_is_away_until_it_is_told_to_stop(
    prepare: Callable[..., Coroutine[None, None, bool]],
) -> None:
    stop = asyncio.Event()
    nowhere = Settings(db_host="127.0.0.1", db_port=1)
    waiting = asyncio.create_task(prepare(nowhere, stop=stop))
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            while not logs:  # noqa: ASYNC110 -- logs announce nothing
                await asyncio.sleep(0.01)

    stop.set()

    assert await waiting is False
    assert logs[0]["event"] == "postgres.waiting"
