"""Server processes of ours: started, recognised after a crash, and always ended."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Self

import psutil
from pydantic import Field, ValidationError

from adapters.embedded import tether
from adapters.embedded.polling import Probe, holds_within
from adapters.embedded.state import StateFolder
from domain.errors import Broken
from domain.values import Value

_STOP_WITHIN = timedelta(seconds=10)
_KILL_WITHIN = timedelta(seconds=5)
_LAST_LINES = 5
_SAME_MOMENT = 1  # second: start times are counted in ticks since boot


class Program(Value):
    """What to run, and how to ask it to end."""

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM
    owner: int = Field(default_factory=os.geteuid)  # the user and group that it runs as


class _Record(Value):
    """A pid alone may belong to a stranger by now: pid and start time together do not."""

    pid: int
    started_at: float  # seconds since the epoch, as the operating system counts them
    stop_signal: int


class Child:
    """A running program. It ends with us, or at the latest before its successor starts."""

    def __init__(self, program: Program, process: Process, record: Path, log: Path) -> None:
        self._program = program
        self._process = process
        self._record = record
        self._log = log

    @classmethod
    async def answering(
        cls, program: Program, *, state: StateFolder, ready: Probe, at_most: timedelta
    ) -> Self:
        """Starts it and waits until `ready` holds; ends it where that does not come true."""
        child = await cls.start(program, state=state)
        try:
            await child.wait_until(ready, at_most)
        except BaseException:
            await child.stop()
            raise
        return child

    @classmethod
    async def start(cls, program: Program, *, state: StateFolder) -> Self:
        """Ends what a killed run left behind under this name, then starts it anew."""
        record = state.run_dir / f"{program.name}.pid"
        log = state.log_file(program.name)
        await end_leftover(record)
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *tethered(program),
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # the terminal's Ctrl-C is for us: we end it in order
                cwd=state.run_dir,
            )
        started_at = psutil.Process(process.pid).create_time()
        written = _Record(
            pid=process.pid, started_at=started_at, stop_signal=program.stop_signal
        ).model_dump_json()
        record.write_text(written)
        return cls(program, process, record, log)

    @property
    def name(self) -> str:
        return self._program.name

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def code(self) -> int | None:
        """None while it runs."""
        return self._process.returncode

    @property
    def has_ended(self) -> bool:
        return self.code is not None

    async def wait_until(self, ready: Probe, at_most: timedelta) -> None:
        """Raises Broken, with the end of the log, where the program ends or never gets ready."""

        async def settled() -> bool:
            return self.has_ended or await ready()

        if not await holds_within(settled, at_most):
            raise Broken(f"{self.name} was not ready in {at_most}{self._last_words()}")
        if self.has_ended:
            raise Broken(f"{self.name} ended with code {self.code}{self._last_words()}")

    async def ended(self) -> None:
        await self._process.wait()

    async def stop(self, at_most: timedelta = _STOP_WITHIN) -> None:
        """Asks, waits, and kills what does not listen. Idempotent."""
        if not self.has_ended:
            self._process.send_signal(self._program.stop_signal)
            try:
                async with asyncio.timeout(at_most.total_seconds()):
                    await self._process.wait()
            except TimeoutError:
                self.kill()
                await self._process.wait()
        self._record.unlink(missing_ok=True)

    def kill(self) -> None:
        if not self.has_ended:
            with suppress(ProcessLookupError):  # it ended while we looked
                os.killpg(self._process.pid, signal.SIGKILL)

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        return "".join([f"; the end of {self._log}:", *(f"\n  {line}" for line in lines)])


def tethered(program: Program) -> Sequence[str]:
    """The command that becomes the program: as its owner, without our variables, tied to us."""
    return (
        sys.executable,
        "-ISB",
        tether.__file__,
        str(int(program.stop_signal)),
        str(os.getpid()),
        str(program.owner),
        *program.command,
    )


async def end_leftovers(state: StateFolder) -> None:
    """Ends every server that a killed run left behind, so that its port is free. Idempotent."""
    await asyncio.gather(*map(end_leftover, list(state.run_dir.glob("*.pid"))))


async def end_leftover(record: Path) -> None:
    """Ends the process that a record names, if it still is that process. Idempotent."""
    for process, stop_signal in _recorded(record):
        await end(process, stop_signal)


def _recorded(record: Path) -> list[tuple[psutil.Process, int]]:
    try:
        known = _Record.model_validate_json(record.read_text())
        process = psutil.Process(known.pid)
        is_ours = abs(process.create_time() - known.started_at) < _SAME_MOMENT
    except (OSError, ValidationError, psutil.Error):
        return []  # no record, a torn one, or nobody of that pid
    return [(process, known.stop_signal)] if is_ours else []


async def end(process: psutil.Process, stop_signal: int) -> None:
    """Ends a process that is not our child; kills it where it does not listen."""

    async def gone() -> bool:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE

    try:
        process.send_signal(stop_signal)
        if not await holds_within(gone, _STOP_WITHIN):
            process.kill()
            await holds_within(gone, _KILL_WITHIN)
    except psutil.NoSuchProcess:
        return  # it ended while we looked
