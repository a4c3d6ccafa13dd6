"""`rayne up` as a child process: on ports of its own, in a folder of its own, with no leftovers."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil

from adapters.embedded.state import StateFolder
from cli.stack import Stack
from domain.errors import Unavailable

ROOT = Path(__file__).parents[2]
READY_WITHIN = 60  # seconds
STOP_WITHIN = 40

PORT_VARIABLES = (
    "RAYNE_API_PORT",
    "RAYNE_AGENT_PORT",
    "RAYNE_SANDBOX_PORT",
    "RAYNE_TEMPORAL_PORT",
    "RAYNE_TEMPORAL_UI_PORT",
)


class RayneUp:
    """One run. Several, one after the other, may share a state folder."""

    def __init__(self, state_dir: Path, **variables: str) -> None:
        self.state = StateFolder(state_dir)
        self.log = state_dir.with_name(f"{state_dir.name}-{free_port()}.log")
        environ = {
            "PATH": os.defpath,
            "HOME": str(state_dir.parent),
            "RAYNE_STATE_DIR": str(state_dir),
            **{name: str(free_port()) for name in PORT_VARIABLES},
        }
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"],
                cwd=ROOT,
                env=environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    async def ready(self) -> Stack:
        """The addresses, once the API says that all it needs is there."""
        await until(self._is_ready, READY_WITHIN)
        return Stack.read(self.state)

    async def ended(self) -> int:
        """Its exit code."""
        await until(self._has_ended, STOP_WITHIN)
        return self.process.returncode

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return await self.ended()

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def servers(self) -> list[psutil.Process]:
        """The processes it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    async def clean_up(self) -> None:
        servers = self.servers() if self.process.poll() is None else []
        self.process.kill()
        self.process.wait()
        for server in servers:
            if server.is_running():
                server.kill()
        await until(lambda: all_ended(servers), STOP_WITHIN)

    async def _has_ended(self) -> bool:
        return self.process.poll() is not None

    async def _is_ready(self) -> bool:
        assert self.process.poll() is None, f"it ended with code {self.process.returncode}"
        try:
            stack = Stack.read(self.state)
            if stack.pid != self.process.pid:
                return False  # the file is of a killed run
            async with httpx.AsyncClient(base_url=stack.api, timeout=5) as api:
                answer = await api.get("/health/ready")
        except (Unavailable, httpx.TransportError):
            return False
        return answer.status_code == httpx.codes.OK


@asynccontextmanager
async def rayne_up(state_dir: Path, **variables: str) -> AsyncIterator[RayneUp]:
    """Started, perhaps not ready yet. Whatever happens inside, nothing of it stays behind."""
    rayne = RayneUp(state_dir, **variables)
    try:
        yield rayne
    except BaseException:
        print(rayne.output)  # noqa: T201 -- pytest shows it with the failure
        raise
    finally:
        await rayne.clean_up()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


async def until(holds: Callable[[], Awaitable[bool]], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 -- other processes announce nothing
            await asyncio.sleep(0.1)


async def all_ended(processes: list[psutil.Process]) -> bool:
    """A zombie has ended: only init, which may take its time, is yet to hear of it."""
    return not any(_runs(process) for process in processes)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False  # it ended while we looked
