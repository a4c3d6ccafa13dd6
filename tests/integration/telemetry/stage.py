"""Rayne's API and worker, each with its own telemetry, between real servers and a receiver."""

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import structlog
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr
from temporalio.client import Client

from adapters import clock, logs
from adapters.settings import Settings
from adapters.telemetry.telemetry import telling
from adapters.telemetry.trail import name_trace
from api.serve import serve_api
from cli.telling import Part, told
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from tests.e2e.folders import short_folder
from tests.e2e.stack import free_port
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer
from tests.servers.otlp import OtlpReceiver, receiving
from tests.servers.sandbox import serving
from tests.servers.temporal import temporal_server
from workers.serve import serve_worker_alone

SCENARIO = "bad-deploy"
MARK = "xyzzy-in-the-payload"  # told by the alert and by nobody else
DD_KEY, DD_APP_KEY, CLAUDE_KEY = "dd-key-0123456789", "dd-app-0123456789", "sk-ant-0123456789"
PATIENCE = 30  # seconds


@dataclass
class Stage:
    settings: Settings
    receiver: OtlpReceiver
    temporal: Client
    log: io.StringIO = field(default_factory=io.StringIO)
    webhook: dict[str, Any] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.settings.api_port}"

    @property
    def worker(self) -> str:
        return f"http://127.0.0.1:{self.settings.worker_port}"

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    async def deliver(self, *, wait: float = 0, **changes: object) -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=wait + 20) as client:
            reply = await client.post(
                f"{self.api}/v1/webhooks/receive?wait={wait:g}", json=self.webhook | changes
            )
        assert reply.status_code == 202, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    async def relayed(self) -> None:
        """Once every delivery is with its incident."""
        async with asyncio.timeout(PATIENCE):
            while not await self._all_relayed():  # noqa: ASYNC110 -- told by nobody
                await asyncio.sleep(0.05)

    async def _all_relayed(self) -> bool:
        events = (await self.get(f"{self.api}/v1/webhooks/events")).json()["events"]
        return all(event["status"] == "processed" for event in events)

    async def get(self, url: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=20) as client:
            return await client.get(url)


@asynccontextmanager
async def staged(postgres_address: str) -> AsyncIterator[Stage]:
    """Everything runs, and the webhook of a bad deploy is ready to be sent."""
    async with AsyncExitStack() as stack:
        stack.enter_context(logging_restored())
        receiver = stack.enter_context(receiving())
        temporal = await stack.enter_async_context(temporal_server())
        claude = await stack.enter_async_context(
            MessagesServer.running(answers.success_citing_the_case())
        )
        app = create_sandbox(scenarios=SCENARIOS, clock=clock.now, state=None, app_url="http://dd")
        datadog = await stack.enter_async_context(serving(app))
        settings = Settings(
            **_database(postgres_address),
            temporal_address=temporal.service_client.config.target_host,
            dd_api_key=SecretStr(DD_KEY),
            dd_app_key=SecretStr(DD_APP_KEY),
            dd_api_url=str(datadog.base_url),
            dd_app_url="http://dd",
            anthropic_api_key=SecretStr(CLAUDE_KEY),
            anthropic_base_url=claude.url,
            group_wait=timedelta(0),
            qdrant_url=None,
            state_dir=stack.enter_context(short_folder()),
            api_port=free_port(),
            worker_port=free_port(),
            otel_exporter_otlp_endpoint=receiver.url,
            dd_env="test",
            log_format="json",
        )
        stage = Stage(settings, receiver, temporal)
        for name, part in (("api", serve_api), ("worker", serve_worker_alone)):
            await stack.enter_async_context(_running(name, part, settings))
        logs.configure("info", "json", stage.log, also=[name_trace])
        loaded = await datadog.post(f"/sandbox/scenarios/{SCENARIO}/load", json={"fresh_ids": True})
        stage.webhook = loaded.raise_for_status().json()["webhook"] | {"body": MARK}
        yield stage


@asynccontextmanager
async def _running(name: str, part: Part, settings: Settings) -> AsyncIterator[None]:
    """As `rayne NAME` would run it; what is left to tell is told before the block is left."""
    stop, ready = asyncio.Event(), asyncio.Event()
    async with telling(settings, name) as telemetry:
        serve = told(part, telemetry)
        serving = asyncio.create_task(serve(settings, stop=stop, ready=ready.set))
        waiting = asyncio.create_task(ready.wait())
        try:
            await asyncio.wait(
                {serving, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            assert ready.is_set(), serving
            yield
        finally:
            waiting.cancel()
            stop.set()
            await serving


def _database(address: str) -> dict[str, Any]:
    parts = conninfo_to_dict(address)
    return {
        "db_host": parts["host"],
        "db_user": parts["user"],
        "db_name": parts["dbname"],
        "db_sslmode": "disable",
    }


@contextmanager
def logging_restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
