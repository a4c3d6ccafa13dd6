"""The stand-in Datadog as a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from cli.sandbox import serve_sandbox
from tests.e2e.stack import free_port
from tests.servers.sandbox import KEYS, a_notebook_body

SHOWN_AT = "http://localhost:18090"


@asynccontextmanager
async def sandbox(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(sandbox_port=free_port(), dd_app_url=SHOWN_AT)
    stop, ready = asyncio.Event(), asyncio.Event()
    state = StateFolder(folder)
    with state.opened():
        serving = asyncio.create_task(serve_sandbox(settings, state, stop=stop, ready=ready.set))
        async with asyncio.timeout(10):
            await ready.wait()
        url = f"http://127.0.0.1:{settings.sandbox_port}"
        async with httpx.AsyncClient(base_url=url, headers=KEYS) as client:
            yield client
        stop.set()
        await serving


async def test_what_is_made_in_the_sandbox_outlives_it(tmp_path: Path) -> None:
    async with sandbox(tmp_path) as datadog:
        (await datadog.post("/api/v1/notebooks", json=a_notebook_body())).raise_for_status()

    async with sandbox(tmp_path) as datadog:
        kept = (await datadog.get("/sandbox/state")).json()["notebooks"]

    assert len(kept) == 1


async def test_links_lead_to_where_a_browser_finds_it(tmp_path: Path) -> None:
    async with sandbox(tmp_path) as datadog:
        told = await datadog.post("/sandbox/scenarios/bad-deploy/load", json={})

    assert SHOWN_AT in told.raise_for_status().text
