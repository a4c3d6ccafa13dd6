"""Where a storm takes place: every server and every part of Rayne as a process to be killed."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import DictRow, dict_row

from tests.chaos.plan import VICTIMS, Outage, Victim
from tests.e2e.parts import PATIENCE, Parts, Process
from tests.e2e.stack import ROOT, until

CONFIG = "storm"
# Together one call in twenty fails, before or after it had its effect.
FAILURES = (
    {"kind": "status", "status": 429, "limit": 1_000, "probability": 0.02},
    {"kind": "status", "status": 503, "probability": 0.015},
    {"kind": "drop_after_write", "probability": 0.015},
)


class Stage(Parts):
    """The parts as they run in production: each may die alone, and comes back."""

    def __init__(self, folder: Path, **variables: str) -> None:
        super().__init__(folder, **variables)
        self._running: dict[str, Process] = {}
        self.ended_alone: list[str] = []  # parts that nobody killed
        self._turns = {victim: asyncio.Lock() for victim in VICTIMS}

    async def start_sandbox(self) -> None:
        await self._start("sandbox", self._sandbox_process())

    async def set_up(self, seed: int, muted: list[int]) -> None:
        """Everything runs, downtimes are asked for, and Datadog fails one call in twenty."""
        await self.begin()
        self._running["api"] = self.processes[0]
        self._running["worker"] = self.start("worker")
        config = {
            "name": CONFIG,
            "url": "https://rayne.example.com/v1/webhooks/receive",
            "auto_downtime": True,
            "downtime_duration_minutes": 30,
            "monitor_ids": muted,
            "transitions": ["Triggered"],
        }
        (await self.api.post("/v1/webhooks/config", json=config)).raise_for_status()
        for number, failure in enumerate(FAILURES):
            await self.arm(**failure, seed=seed + number)

    async def kill(self, victim: Victim, away: float) -> None:
        """By kill -9; there again after `away` seconds. A server that is starting dies later."""
        async with self._turns[victim]:
            if victim in ("temporal", "postgres"):
                await self._kill_server(victim)
            else:
                await self._kill_part(victim, away)

    def note_ends(self) -> None:
        """Every part that is not there although nobody killed it."""
        self.ended_alone += [
            f"{name} ended by itself with code {process.code}"
            for name, process in self._running.items()
            if process.code not in (None, -signal.SIGKILL)
        ]

    async def endure(self, outage: Outage) -> None:
        """Temporal is killed, and stays away."""
        async with self._turns["temporal"]:
            await self._kill_server("temporal")
            await self.stop("temporal")
            await asyncio.sleep(outage.length)
            await self.start_temporal()

    async def rows(self, query: str) -> list[DictRow]:
        """Raises psycopg.OperationalError while PostgreSQL is away."""
        async with await psycopg.AsyncConnection.connect(
            self.conninfo, row_factory=dict_row, connect_timeout=5
        ) as connection:
            cursor = await connection.execute(query.encode())
            return await cursor.fetchall()

    async def kept_by_datadog(self) -> dict[str, list[dict[str, Any]]]:
        """Its notebooks and downtimes."""
        kept: dict[str, list[dict[str, Any]]] = (await self.sandbox.get("/sandbox/state")).json()
        return kept

    async def _kill_part(self, name: str, away: float) -> None:
        self.note_ends()
        self._running[name].kill()
        await asyncio.sleep(away)
        self._running[name] = self.start(name)

    async def _kill_server(self, name: str) -> None:
        """Its keeper starts it again a second later."""
        record = self.state.run_dir / f"{name}.pid"

        async def is_killed() -> bool:
            try:
                os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)
            except (OSError, ValueError):
                return False  # it is being started
            return True

        await until(is_killed, PATIENCE)

    @asynccontextmanager
    async def _sandbox_process(self) -> AsyncIterator[None]:
        command = [sys.executable, "-m", "tests.chaos.datadog", str(self.sandbox_port)]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
        try:
            await until(self._sandbox_answers, PATIENCE)
            yield
        finally:
            process.kill()
            await process.wait()

    async def _sandbox_answers(self) -> bool:
        try:
            return (await self.sandbox.get("/sandbox/state")).is_success
        except httpx.TransportError:
            return False


@asynccontextmanager
async def staged(folder: Path, **variables: str) -> AsyncIterator[Stage]:
    """Nothing of it stays behind; the log does, where the block fails."""
    stage = Stage(folder, **variables)
    with stage.state.opened():
        try:
            yield stage
        finally:
            await stage.end()
