"""The stand-in Datadog for tests: asked in process, or as a real server on loopback."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from tests.factories import NOON

KEYS = {"DD-API-KEY": "any", "DD-APPLICATION-KEY": "any"}
APP_URL = "http://127.0.0.1:8090"
RETRY_AFTER = timedelta(milliseconds=2)  # of webhooks


class SetClock:
    """Stands still until it is told otherwise."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, span: timedelta) -> None:
        self.now += span


def a_sandbox(
    *, scenarios: Path = SCENARIOS, clock: SetClock | None = None, state: Path | None = None
) -> FastAPI:
    return create_sandbox(
        scenarios=scenarios,
        clock=clock or SetClock(),
        state=state,
        app_url=APP_URL,
        webhook_retry_after=RETRY_AFTER,
    )


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """In process: no server, no port."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox.test", headers=KEYS
    ) as client:
        yield client


@asynccontextmanager
async def at_work(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """In process, and it sends webhooks."""
    async with app.router.lifespan_context(app), asking(app) as client:
        yield client


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """On a free port of loopback, which is what a hung up connection needs."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110  uvicorn offers no event to wait for
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url, headers=KEYS, timeout=10) as client:
            yield client
    finally:
        server.should_exit = True
        await task


def write_scenario(folder: Path, **files: Any) -> Path:
    """`folder`/small with a webhook at NOON; `logs`, `events` and so on are their files' lines.

    Text is written as it is.
    """
    home = folder / "small"
    home.mkdir(parents=True)
    files = {"webhook": {"id": "1", "date": str(int(NOON.timestamp() * 1000))}} | files
    for name, content in files.items():
        path = home / _file_name(name)
        path.write_text(content if isinstance(content, str) else _text(path, content))
    return folder


def _file_name(name: str) -> str:
    endings = {"metrics": "csv", "webhook": "json"}
    endings |= dict.fromkeys(("hosts", "monitors", "incidents"), "json")
    return f"{name}.{endings.get(name, 'ndjson')}"


def _text(path: Path, content: Iterable[Any]) -> str:
    if path.suffix == ".ndjson":
        return "".join(json.dumps(line) + "\n" for line in content)
    return json.dumps(content)


def a_notebook_body(*cells: dict[str, Any], **changes: Any) -> dict[str, Any]:
    window = {
        "start": (NOON - timedelta(minutes=25)).isoformat(),
        "end": (NOON + timedelta(minutes=5)).isoformat(),
    }
    attributes = {"name": "Checkout is slow", "cells": list(cells), "time": window} | changes
    return {"data": {"type": "notebooks", "attributes": attributes}}


def a_cell(**definition: Any) -> dict[str, Any]:
    shown = definition or {"type": "markdown", "text": "hello"}
    return {"type": "notebook_cells", "attributes": {"definition": shown}}


def a_downtime_body(**changes: Any) -> dict[str, Any]:
    attributes = {"scope": "env:prod", "monitor_identifier": {"monitor_id": 42}} | changes
    return {"data": {"type": "downtime", "attributes": attributes}}


def a_timeseries_body(query: str, **changes: Any) -> dict[str, Any]:
    attributes = {
        "from": int((NOON - timedelta(hours=1)).timestamp() * 1000),
        "to": int(NOON.timestamp() * 1000),
        "queries": [{"data_source": "metrics", "query": query, "name": "a"}],
    } | changes
    return {"data": {"type": "timeseries_request", "attributes": attributes}}


async def everything(client: httpx.AsyncClient, path: str, **request: Any) -> list[dict[str, Any]]:
    """All pages of a search."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"limit": 7}
    while True:
        answer = (await client.post(path, json=request | {"page": page})).json()
        found += answer["data"]
        if "meta" not in answer:
            return found
        page = {"limit": 7, "cursor": answer["meta"]["page"]["after"]}
