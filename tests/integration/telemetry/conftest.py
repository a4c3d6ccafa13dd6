"""One story that all tests here look at: an alert, its redelivery, a reminder, a recovery."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.telemetry.stage import Stage, staged
from tests.servers.postgres import PostgresServer


@dataclass(frozen=True)
class Story:
    stage: Stage
    analysed: dict[str, Any]  # the answer to the first delivery


@pytest.fixture(scope="package")
async def story(postgres_server: PostgresServer) -> AsyncIterator[Story]:
    address = postgres_server.database()
    async with staged(address) as stage:
        analysed = await stage.deliver(wait=30)
        await stage.deliver()
        await stage.deliver(id="4", alert_transition="Renotify")
        await stage.relayed()
        yield Story(stage, analysed)
    postgres_server.give_back(address)
