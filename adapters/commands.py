"""Runs commands that the operator listed, by name: no shell, no words of the caller's in them."""

import asyncio
import os
import signal
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

from domain.commands import CommandResult
from domain.errors import Conflict, Misconfigured, NotFound, TimedOut

MAX_OUTPUT_BYTES = 64 * 1024  # of each stream; the rest is read and dropped
_CHUNK_BYTES = 16 * 1024
_REAP_WITHIN_SECONDS = 5

# All a command sees of ours. Datadog's keys are in our environment and stay there.
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
}


class Commands:
    """One run of an action at a time."""

    def __init__(self, actions: Mapping[str, Sequence[str]], timeout: timedelta) -> None:
        self._actions = actions
        self._timeout = timeout
        self._running: set[str] = set()

    async def run(self, action: str) -> CommandResult:
        """Waits for its end. A failed command is a result, with its exit code.

        Raises NotFound for an action that is not listed, Conflict while it runs already, and
        TimedOut when it was killed for taking too long. Not repeatable.
        """
        command = self._actions.get(action)
        if command is None:
            known = ", ".join(sorted(self._actions))
            raise NotFound(f"there is no action {action!r}, only: {known}")
        if action in self._running:
            raise Conflict(f"{action!r} is running already")
        self._running.add(action)
        try:
            return await self._run(action, command)
        finally:
            self._running.discard(action)

    async def _run(self, action: str, command: Sequence[str]) -> CommandResult:
        started = time.monotonic()
        process = await _start(action, command)
        seconds = self._timeout.total_seconds()
        try:
            stdout, stderr, exit_code = await _finish(process, seconds)
        except TimeoutError as error:
            raise TimedOut(f"{action!r} was killed after {seconds:g} s") from error
        return CommandResult(
            exit_code=exit_code,
            stdout=_text(stdout),
            stderr=_text(stderr),
            truncated=max(len(stdout), len(stderr)) > MAX_OUTPUT_BYTES,
            seconds=round(time.monotonic() - started, 3),
        )


async def _start(action: str, command: Sequence[str]) -> Process:
    try:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env=_ENVIRONMENT,
            start_new_session=True,  # its children die with it
        )
    except OSError as error:
        raise Misconfigured(f"{action!r} cannot be started: {error.strerror}") from error


async def _finish(process: Process, seconds: float) -> tuple[bytes, bytes, int]:
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await _outputs(process)
            return stdout, stderr, await process.wait()
    except BaseException:  # also where we are told to stop: nobody else would end it
        await _kill(process)
        raise


async def _outputs(process: Process) -> tuple[bytes, bytes]:
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.TaskGroup() as group:
        stdout = group.create_task(_read(process.stdout))
        stderr = group.create_task(_read(process.stderr))
    return stdout.result(), stderr.result()


async def _read(stream: asyncio.StreamReader) -> bytes:
    """All of it, or a little more than we keep. A full pipe would stop the command."""
    kept = bytearray()
    while chunk := await stream.read(_CHUNK_BYTES):
        if len(kept) <= MAX_OUTPUT_BYTES:
            kept += chunk
    return bytes(kept)


async def _kill(process: Process) -> None:
    """The whole group: a child of the command's may be what hangs."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(TimeoutError):  # one that left the group can still hold the pipes open
        async with asyncio.timeout(_REAP_WITHIN_SECONDS):
            await process.wait()


def _text(output: bytes) -> str:
    return output[:MAX_OUTPUT_BYTES].decode(errors="replace")
