"""Rayne as separate processes beside servers that a test can take away and bring back."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter

from adapters import clock, uvicorn
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from adapters.embedded.temporal import EmbeddedTemporal, TemporalPorts
from adapters.postgres import migrate
from dd_lib.sandbox.app import SCENARIOS, create_sandbox
from tests.e2e.stack import ROOT, free_port, until

PATIENCE = 90  # seconds for anything to happen at last
HOST = "127.0.0.1"


class Process:
    """One part of Rayne, started as `rayne NAME`."""

    def __init__(self, name: str, environ: dict[str, str], log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cli", name],
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """As an out-of-memory killer would: kill -9, nothing said, nothing saved."""
        self._process.kill()
        self._process.wait()


class Parts:
    """PostgreSQL, Temporal and the sandbox, each to be stopped alone, and Rayne's processes."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.state = StateFolder(folder)
        self._variables = variables
        self._temporal_ports = TemporalPorts(server=free_port(), web_ui=free_port())
        self.api_port, self.sandbox_port = free_port(), free_port()
        self._servers: dict[str, AsyncExitStack] = {}
        self.processes: list[Process] = []
        self._log = folder.with_name(f"{folder.name}.log")
        self._postgres: EmbeddedPostgres | None = None
        self.sandbox_app: FastAPI = create_sandbox(
            scenarios=SCENARIOS, clock=clock.now, state=None, app_url=self.sandbox_url
        )
        self.api = httpx.AsyncClient(base_url=f"http://{HOST}:{self.api_port}", timeout=20)
        self.sandbox = httpx.AsyncClient(base_url=self.sandbox_url, timeout=20)

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.sandbox_port}"

    @property
    def output(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    async def start_postgres(self) -> None:
        running = EmbeddedPostgres.running(self.state, database="rayne")
        self._postgres = await self._start("postgres", running)

    async def start_temporal(self) -> None:
        ports = self._temporal_ports
        await self._start(
            "temporal", EmbeddedTemporal.running(self.state, ports, namespace="default")
        )

    async def start_sandbox(self) -> None:
        port = self.sandbox_port
        await self._start("sandbox", uvicorn.serving(self.sandbox_app, host=HOST, port=port))

    async def stop(self, server: str) -> None:
        await self._servers.pop(server).aclose()

    def start(self, name: str, **variables: str) -> Process:
        """`rayne NAME` as a child process."""
        process = Process(name, self._environ() | variables, self._log)
        self.processes.append(process)
        return process

    async def is_up(self) -> bool:
        try:
            return (await self.api.get("/health/ready")).is_success
        except httpx.TransportError:
            return False

    async def fire(self, scenario: str = "bad-deploy") -> dict[str, Any]:
        """Lets the sandbox live through a scenario now; the webhook that Datadog would send."""
        reply = await self.sandbox.post(
            f"/sandbox/scenarios/{scenario}/load", json={"fresh_ids": True}
        )
        webhook: dict[str, Any] = reply.raise_for_status().json()["webhook"]
        return webhook

    async def deliver(self, webhook: dict[str, Any], *, wait: float = 0) -> httpx.Response:
        url = f"/v1/webhooks/receive?wait={wait}"
        return await self.api.post(url, json=webhook, timeout=wait + 20)

    async def arm(self, **rule: object) -> None:
        """The sandbox fails as told."""
        reply = await self.sandbox.post("/sandbox/failures", json={"rules": [rule]})
        reply.raise_for_status()

    async def requests(self, method: str, path: str) -> int:
        """How many of these Datadog was asked."""
        return sum((r["method"], r["path"]) == (method, path) for r in await self.journal())

    async def repeated(self, path: str) -> list[str]:
        """What Datadog was asked there more than once, word for word. It must have been asked."""
        bodies = Counter(r["body"] for r in await self.journal() if r["path"] == path)
        assert bodies, f"{path} was never asked"
        return [body for body, times in bodies.items() if times > 1]

    async def journal(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.sandbox.get("/sandbox/requests")).json()[
            "requests"
        ]
        return found

    async def notebooks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.sandbox.get("/sandbox/state")).json()["notebooks"]
        return found

    async def incidents(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.api.get("/v1/incidents")).json()["incidents"]
        return found

    async def analysis(self, incident_id: int) -> dict[str, Any]:
        """The first analysis of an incident, once it has its conclusion."""
        found: list[dict[str, Any]] = []

        async def has_finished() -> bool:
            details = (await self.api.get(f"/v1/incidents/{incident_id}")).json()
            found[:] = [one for one in details.get("analyses", ()) if one["conclusion"]]
            return bool(found)

        await until(has_finished, PATIENCE)
        return found[0]

    async def history(self, workflow_id: str) -> WorkflowHistory:
        return await (await self.workflow(workflow_id)).fetch_history()

    async def workflow(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return (await self.temporal()).get_workflow_handle(workflow_id)

    @property
    def temporal_address(self) -> str:
        return f"{HOST}:{self._temporal_ports.server}"

    async def temporal(self) -> Client:
        return await Client.connect(self.temporal_address, data_converter=pydantic_data_converter)

    async def begin(self) -> None:
        await self.start_postgres()
        await self.start_temporal()
        await self.start_sandbox()
        migrate.upgrade(self.conninfo)
        self.start("api")
        await until(self.is_up, PATIENCE)

    def kill_processes(self) -> None:
        for process in self.processes:
            process.kill()

    async def end(self) -> None:
        self.kill_processes()
        for name in list(self._servers):
            await self.stop(name)
        await self.api.aclose()
        await self.sandbox.aclose()

    async def _start(self, name: str, running: AbstractAsyncContextManager[Any]) -> Any:
        stack = AsyncExitStack()
        server = await stack.enter_async_context(running)
        self._servers[name] = stack
        return server

    def _environ(self) -> dict[str, str]:
        assert self._postgres is not None, "start PostgreSQL first"
        return {
            "PATH": os.defpath,
            "HOME": str(self.state.root.parent),
            "DB_HOST": self._postgres.host,
            "DB_USER": self._postgres.user,
            "DB_NAME": "rayne",
            "DB_SSLMODE": "disable",
            "TEMPORAL_ADDRESS": self.temporal_address,
            "DD_API_KEY": "key",
            "DD_APP_KEY": "key",
            "DD_API_URL": self.sandbox_url,
            "RAYNE_STATE_DIR": str(self.state.root),
            "RAYNE_API_PORT": str(self.api_port),
            "RAYNE_WORKER_PORT": str(free_port()),
            "RAYNE_GROUP_WAIT": "0s",
            **self._variables,
        }

    @property
    def conninfo(self) -> str:
        assert self._postgres is not None, "start PostgreSQL first"
        return f"host={self._postgres.host} user={self._postgres.user} dbname=rayne"


@asynccontextmanager
async def running_parts(folder: Path, **variables: str) -> AsyncIterator[Parts]:
    """All servers and the API; a test starts the workers. Nothing of it stays behind."""
    parts = Parts(folder, **variables)
    with parts.state.opened():
        try:
            await parts.begin()
            yield parts
        except BaseException:
            print(parts.output)  # noqa: T201 -- pytest shows it with the failure
            raise
        finally:
            await parts.end()
