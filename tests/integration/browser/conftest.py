"""A site of one page, counted by a Rayne that keeps its visits in PostgreSQL."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters import clock, uvicorn
from adapters.postgres.database import Database
from adapters.postgres.rum import PostgresVisits
from adapters.postgres.rum_history import PostgresVisitHistory
from adapters.user_agents import UserAgents
from api.app import create_app
from api.dependencies import Rum
from tests.servers.chromium import PROGRAM, Chromium, chromium
from tests.unit.api.front import Front


@dataclass
class Site:
    """`later` is how much later it is for Rayne than for the browser."""

    url: str
    database: Database
    later: timedelta = field(default_factory=timedelta)


@pytest.fixture
async def site(postgres_address: str) -> AsyncIterator[Site]:
    database = Database.connect(postgres_address)
    port = _free_port()
    site = Site(f"http://127.0.0.1:{port}/v1/rum/sample", database)
    rum = Rum(
        visits=PostgresVisits(database),
        history=PostgresVisitHistory(database),
        read_user_agent=UserAgents().read,
    )
    resources = replace(Front().resources, rum=rum, clock=lambda: clock.now() + site.later)
    async with uvicorn.serving(create_app(resources), host="127.0.0.1", port=port):
        yield site
    await database.close()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Chromium]:
    if PROGRAM is None:
        pytest.skip("no Chromium on this machine: the Debian package is called chromium")
    async with chromium(tmp_path / "profile") as browser:
        yield browser


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
