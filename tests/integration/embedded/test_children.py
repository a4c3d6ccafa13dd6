"""Server processes of ours: recognised, and always ended."""

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from adapters.embedded import tether
from adapters.embedded.children import Child, Program
from adapters.embedded.polling import holds_within
from adapters.embedded.state import StateFolder
from domain.errors import Broken
from tests.e2e.stack import all_ended

SOON = timedelta(seconds=20)
PYTHON = str(Path(sys.executable).resolve())
SLEEPS = "import time; time.sleep(60)"
PARENT = """
import os, subprocess, sys
told = [sys.argv[1], "15", str(os.getpid()), str(os.geteuid())]
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
child = subprocess.Popen([sys.executable, *told, *sleep])
print(child.pid, flush=True)
child.wait()
"""
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('deaf', flush=True); time.sleep(60)"
)


def a_program(code: str, name: str = "server") -> Program:
    return Program(name=name, command=(PYTHON, "-I", "-c", code))


@asynccontextmanager
async def started(program: Program, state: StateFolder) -> AsyncIterator[Child]:
    child = await Child.start(program, state=state)
    try:
        yield child
    finally:
        child.kill()
        await child.ended()


async def says(state: StateFolder, word: str) -> bool:
    async def said() -> bool:
        return word in state.log_file("server").read_text()

    return await holds_within(said, SOON)


async def test_a_child_that_listens_is_ended_by_its_signal(state: StateFolder) -> None:
    async with started(a_program(SLEEPS), state) as child:
        await child.stop()

        assert child.code == -signal.SIGTERM


async def test_a_child_that_does_not_listen_is_killed(state: StateFolder) -> None:
    async with started(a_program(DEAF), state) as child:
        assert await says(state, "deaf")

        await child.stop(timedelta(milliseconds=100))

        assert child.code == -signal.SIGKILL


async def test_a_child_that_ends_before_it_is_ready_is_told_with_its_last_words(
    state: StateFolder,
) -> None:
    program = a_program("print('the disk is full'); raise SystemExit(3)")

    async def never() -> bool:
        return False

    with pytest.raises(Broken) as told:
        await Child.answering(program, state=state, ready=never, at_most=SOON)

    assert "server ended with code 3" in str(told.value)
    assert "the disk is full" in str(told.value)


async def test_a_child_that_never_gets_ready_is_ended(state: StateFolder) -> None:
    async def never() -> bool:
        return False

    with pytest.raises(Broken, match="server was not ready in"):
        await Child.answering(
            a_program(SLEEPS), state=state, ready=never, at_most=timedelta(milliseconds=100)
        )

    assert not (state.run_dir / "server.pid").exists()


async def test_a_leftover_is_ended_before_its_successor_starts(state: StateFolder) -> None:
    async with (
        started(a_program(SLEEPS), state) as leftover,
        started(a_program(SLEEPS), state) as successor,
    ):
        assert leftover.has_ended
        assert not successor.has_ended


async def test_a_stranger_that_got_the_number_of_a_leftover_is_left_alone(
    state: StateFolder,
) -> None:
    async with started(a_program(SLEEPS), state) as stranger:
        record = state.run_dir / "server.pid"
        earlier = json.loads(record.read_text()) | {"started_at": 1.0}
        record.write_text(json.dumps(earlier))

        async with started(a_program(SLEEPS), state):
            assert not stranger.has_ended


@pytest.mark.parametrize("record", ["", "{", '{"pid": 1}'])
async def test_a_torn_record_does_not_stop_a_start(state: StateFolder, record: str) -> None:
    (state.run_dir / "server.pid").write_text(record)

    async with started(a_program(SLEEPS), state) as child:
        assert not child.has_ended


async def test_a_child_gets_none_of_our_variables(
    state: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DD_API_KEY", "hunter2")
    program = a_program("import os; print(sorted(os.environ), 'done', flush=True)")

    async with started(program, state):
        assert await says(state, "done")

    assert "DD_API_KEY" not in state.log_file("server").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
async def test_a_child_ends_when_its_parent_is_killed() -> None:
    parent, child = a_parent_and_its_tethered_child()

    parent.kill()
    parent.wait()

    assert await holds_within(lambda: all_ended([child]), SOON)


def a_parent_and_its_tethered_child() -> tuple[subprocess.Popen[str], psutil.Process]:
    parent = subprocess.Popen(
        [PYTHON, "-c", PARENT, tether.__file__], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        return parent, psutil.Process(int(parent.stdout.readline()))
