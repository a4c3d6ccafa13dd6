"""Laws of the commands: listed ones only, no shell, bounded in time and output."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from adapters.commands import MAX_OUTPUT_BYTES, Commands
from adapters.embedded.polling import holds_within
from domain.errors import Conflict, Misconfigured, NotFound, TimedOut

PATIENCE = timedelta(seconds=30)


def python(script: str, *words: str, timeout: timedelta = PATIENCE) -> Commands:
    return Commands({"go": (sys.executable, "-c", script, *words)}, timeout)


async def written_in(path: Path) -> str:
    async def is_written() -> bool:
        return bool(_content(path))

    assert await holds_within(is_written, PATIENCE)
    return _content(path)


async def test_what_a_command_said_is_the_answer() -> None:
    commands = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    result = await commands.run("go")

    assert (result.exit_code, result.stdout, result.stderr) == (3, "out\n", "err\n")
    assert not result.truncated
    assert result.seconds > 0


async def test_no_shell_reads_the_words() -> None:
    commands = python("import sys; print(sys.argv[1])", "$HOME; `id` > /dev/null")

    result = await commands.run("go")

    assert result.stdout == "$HOME; `id` > /dev/null\n"


async def test_a_command_sees_none_of_our_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_API_KEY", "secret")

    result = await python("import os; print(sorted(os.environ))").run("go")

    assert "PATH" in result.stdout
    assert "DD_API_KEY" not in result.stdout


async def test_an_action_that_is_not_listed_names_those_that_are() -> None:
    commands = Commands({"pull": ("true",), "restart": ("true",)}, PATIENCE)

    with pytest.raises(NotFound, match="pull, restart"):
        await commands.run("remove")


async def test_a_program_that_does_not_exist_is_a_misconfiguration() -> None:
    commands = Commands({"go": ("/nowhere/podman",)}, PATIENCE)

    with pytest.raises(Misconfigured, match="No such file"):
        await commands.run("go")


async def test_long_output_is_cut_and_said_to_be() -> None:
    result = await python(f"print('x' * {3 * MAX_OUTPUT_BYTES})").run("go")

    assert (len(result.stdout), result.truncated) == (MAX_OUTPUT_BYTES, True)
    assert result.exit_code == 0


async def test_output_that_is_no_text_is_shown_as_far_as_it_goes() -> None:
    result = await python(r"import sys; sys.stdout.buffer.write(b'a\xffb')").run("go")

    assert result.stdout == "a\ufffdb"


async def test_a_command_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import subprocess, sys, pathlib\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path(sys.argv[1]).write_text(str(child.pid))\n"
        "child.wait()"
    )
    commands = python(script, str(note), timeout=timedelta(seconds=2))

    with pytest.raises(TimedOut, match="after 2 s"):
        await commands.run("go")

    assert await is_gone(int(_content(note)))


async def test_being_stopped_kills_the_command(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "import os, sys, pathlib, time\n"
        "pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "time.sleep(600)"
    )
    running = asyncio.create_task(python(script, str(note)).run("go"))
    pid = int(await written_in(note))

    running.cancel()
    await asyncio.wait([running])

    assert running.cancelled()
    assert await is_gone(pid)


async def test_an_action_runs_once_at_a_time(tmp_path: Path) -> None:
    note = tmp_path / "started"
    script = "import sys, pathlib, time; pathlib.Path(sys.argv[1]).write_text('x'); time.sleep(600)"
    commands = python(script, str(note))
    running = asyncio.create_task(commands.run("go"))
    await written_in(note)

    with pytest.raises(Conflict):
        await commands.run("go")

    running.cancel()
    await asyncio.wait([running])


async def test_an_action_that_ended_may_run_again() -> None:
    commands = python("print(1)")

    first = await commands.run("go")
    second = await commands.run("go")

    assert first.stdout == second.stdout == "1\n"


async def is_gone(pid: int) -> bool:
    async def has_ended() -> bool:
        return not _lives(pid)

    return await holds_within(has_ended, PATIENCE)


def _content(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _lives(pid: int) -> bool:
    """A killed orphan stays a zombie until init looks."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
