"""The parts as Compose starts them, and the servers beside them, on one machine without an engine.

Not all servers can be had: Temporal is its development server, Datadog the sandbox, Qdrant and
Ollama are the tests' stand-ins. PostgreSQL is real, by TCP, with the roles that ours makes in it.
"""

import asyncio
import itertools
import os
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from adapters.embedded import postgres_files
from tests.chaos.stage import Stage
from tests.containers.compose import Compose, on_this_machine
from tests.containers.postgres import container_postgres
from tests.e2e.parts import HOST, PATIENCE, Process
from tests.e2e.stack import ROOT, free_port, until
from tests.servers.ollama import OllamaServer
from tests.servers.qdrant import QdrantServer

MAKE_ENV = ROOT / "scripts" / "compose" / "make-env.sh"
RIGHTS = ROOT / "docs" / "compose.md"
POOR = "rayne_parts"
DIMENSION = 768  # of embeddinggemma
PORTS = {"api": "RAYNE_API_PORT", "agent": "RAYNE_AGENT_PORT", "worker": "RAYNE_WORKER_PORT"}
PROBES = {"api": "/health/ready", "agent": "/health", "worker": "/health/ready"}


def made_env(folder: Path) -> dict[str, str]:
    """What the script writes that an operator runs first."""
    home = folder / "scripts" / "compose"
    home.mkdir(parents=True)
    script = home / MAKE_ENV.name
    script.write_bytes(MAKE_ENV.read_bytes())
    subprocess.run(["/bin/sh", str(script), "--sandbox"], check=True, capture_output=True)
    lines = (folder / ".env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


class ComposeStage(Stage):
    """Several of some parts. Each may be killed, and comes back as Compose brings it."""

    def __init__(self, folder: Path, parts: Sequence[str], **settings: str) -> None:
        """A part is called `api-1`, `api-2` and so on; `settings` are those of a rayne.env."""
        super().__init__(folder, **settings)
        self.compose = Compose(made_env(folder.with_name("checkout")))
        self._parts = {part: free_port() for part in parts}
        self._postgres_port = free_port()
        self._qdrant = QdrantServer()
        self._ollama = OllamaServer(dimension=DIMENSION)
        front = self.compose.environment("api")
        self.api = httpx.AsyncClient(
            transport=_InTurn([port for part, port in self._parts.items() if _kind(part) == "api"]),
            base_url="http://api",
            headers={
                "X-Rayne-Webhook-Secret": front["RAYNE_WEBHOOK_SECRET"],
                "Authorization": f"Bearer {front['RAYNE_API_TOKEN']}",
            },
            timeout=20,
        )

    @property
    def conninfo(self) -> str:
        password = self.compose.environment("api")["DB_PASSWORD"]
        port = self._postgres_port
        return f"host={HOST} port={port} user=rayne password={password} dbname=rayne"

    @property
    def socket_dir(self) -> Path:
        owner = postgres_files.server_owner(self.state.postgres_dir)
        return postgres_files.socket_dir(self.state.postgres_dir, owner)

    async def begin(self) -> None:
        """In the order of the Compose file: servers, tables, and then every part at once."""
        await self._start("postgres", self._container_postgres())
        await self.start_temporal()
        await self._start("stand-ins", self._stand_ins())
        await self._start("sandbox", self._sandbox_process())
        await self._migrated()
        await self._take_rights_away()
        for part in self._parts:
            self.run_part(part)
        await until(self.all_answer, PATIENCE)

    def run_part(self, part: str) -> Process:
        self._running[part] = self.start(_kind(part), **self._own(part))
        return self._running[part]

    async def kill_part(self, part: str, away: float) -> None:
        """By kill -9; there again after `away` seconds."""
        self.note_ends()
        self._running[part].kill()
        await asyncio.sleep(away)
        self.run_part(part)

    async def all_answer(self) -> bool:
        return all([await self._answers(part) for part in self._parts])

    def environ(self, service: str) -> dict[str, str]:
        """What Compose gives to a service, with what the image sets and a rayne.env adds."""
        ports = {
            "postgres": self._postgres_port,
            "temporal": self._temporal_ports.server,
            "sandbox": self.sandbox_port,
            "qdrant": int(self._qdrant.url.rpartition(":")[2]),
            "ollama": int(self._ollama.url.rpartition(":")[2]),
        }
        image = {
            "PATH": os.defpath,
            "HOME": str(self.state.root.parent),
            "RAYNE_API_HOST": "0.0.0.0",
            "RAYNE_STATE_DIR": str(self.state.root.with_name("none")),
        }
        own = on_this_machine(self.compose.environment(service), ports)
        return image | self._variables | own

    def _own(self, part: str) -> dict[str, str]:
        kind = _kind(part)
        own = {PORTS[kind]: str(self._parts[part]), "DB_USER": POOR}
        return self.environ(kind) | own

    def _environ(self) -> dict[str, str]:
        return {}  # each part has its own

    async def _answers(self, part: str) -> bool:
        url = f"http://{HOST}:{self._parts[part]}{PROBES[_kind(part)]}"
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return (await client.get(url)).is_success
        except httpx.TransportError:
            return False

    def _container_postgres(self) -> Any:
        given = self.compose.environment("postgres")
        return container_postgres(self.state, self._postgres_port, given)

    @asynccontextmanager
    async def _stand_ins(self) -> AsyncIterator[None]:
        with self._qdrant, self._ollama:
            yield

    @asynccontextmanager
    async def _sandbox_process(self) -> AsyncIterator[None]:
        own = {
            "RAYNE_SANDBOX_PORT": str(self.sandbox_port),
            "RAYNE_STATE_DIR": str(self.state.root.with_name("sandbox")),
        }
        self.start("sandbox", **self.environ("sandbox") | own)
        await until(self._sandbox_answers, PATIENCE)
        yield

    async def _take_rights_away(self) -> None:
        """The parts run as a role that may not change tables, made as the documentation says."""
        password = self.compose.environment("api")["DB_PASSWORD"]
        statements = re.findall(r"```sql\n(.*?)```", RIGHTS.read_text(), re.DOTALL)
        assert len(statements) == 1, f"{RIGHTS} says it otherwise than is tried here"
        async with await psycopg.AsyncConnection.connect(
            host=str(self.socket_dir), port=self._postgres_port, user="postgres", dbname="rayne"
        ) as connection:
            await connection.execute(statements[0].replace("'PASSWORD'", f"'{password}'").encode())

    async def _migrated(self) -> None:
        migrate = self.start("migrate", **self.environ("migrate"))

        async def has_ended() -> bool:
            return migrate.code is not None

        await until(has_ended, PATIENCE)
        assert migrate.code == 0, self.output


def _kind(part: str) -> str:
    return part.partition("-")[0]


class _InTurn(httpx.AsyncBaseTransport):
    """A load balancer that knows nothing: each request goes to the next port."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = itertools.cycle(ports)
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(host=HOST, port=next(self._ports))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
